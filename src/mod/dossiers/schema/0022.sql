-- What others may know of a dossier: whose it is and which agencies it concerns.
CREATE VIEW v_dossier AS SELECT id, code, account, received_unit, competent_unit, unit FROM dossier;
