-- Every page of the desk asks `reach`: one step to a row instead of two.
DROP VIEW v_reach;
CREATE TABLE reach_new (
    account         BIGINT NOT NULL REFERENCES account (id),
    unit            BIGINT NOT NULL,    -- id of an agency; auth knows no more of it
    perms           BIGINT NOT NULL,    -- bits of http/perm.h
    PRIMARY KEY (account, unit)
) CLUSTERED;
INSERT INTO reach_new (account, unit, perms) SELECT account, unit, perms FROM reach ORDER BY account, unit;
DROP TABLE reach;
ALTER TABLE reach_new RENAME TO reach;
CREATE INDEX reach_by_unit ON reach (unit, account);

-- Every query that shows or changes a dossier joins this: not reached = not found.
CREATE VIEW v_reach AS
    SELECT r.account, r.unit, r.perms FROM reach r JOIN account a ON a.id = r.account WHERE a.active = 1;
