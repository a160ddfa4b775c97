-- Who has work in a dossier: did something in it, or holds it.  For the watch over looks without work.
CREATE VIEW v_dossier_work AS
    SELECT dossier, account FROM dossier_event UNION ALL SELECT id AS dossier, holder AS account FROM dossier;
