-- The log of accesses, to be read by auditors and by the persons themselves.
CREATE INDEX access_log_by_account ON access_log (account, id);
CREATE VIEW v_access_log AS SELECT id, at, account, what, dossier, person FROM access_log;
