-- Rights in some fields of procedures only (ADR 0051).
ALTER TABLE reach ADD COLUMN partly BIGINT NOT NULL DEFAULT 0;  -- bits of http/perm.h held in some fields only: reach_field says which
CREATE INDEX reach_partly ON reach (account, unit) WHERE partly <> 0;

CREATE TABLE reach_field (
    account         BIGINT NOT NULL REFERENCES account (id),
    unit            BIGINT NOT NULL,    -- a row of reach is there as well
    field           TEXT NOT NULL,      -- id of a field of procedures
    perms           BIGINT NOT NULL,    -- bits that this account has in the unit for procedures of the field
    PRIMARY KEY (account, unit, field)
) CLUSTERED;

DROP VIEW v_reach;
-- `perms` holds for every procedure: a query that does not know of fields shows a limited officer nothing.
CREATE VIEW v_reach AS
    SELECT r.account, r.unit, r.perms, r.partly FROM reach r JOIN account a ON a.id = r.account WHERE a.active = 1;
CREATE VIEW v_reach_field AS
    SELECT f.account, f.unit, p.procedure, f.perms FROM reach_field f JOIN procedure_field p ON p.field = f.field;

-- A role may name fields; its reach is then in those alone.
ALTER TABLE agency_role ADD COLUMN fields TEXT NOT NULL DEFAULT ''; -- ids, sorted, a space between; '' all

DROP VIEW v_dossier;
CREATE VIEW v_dossier AS
    SELECT id, code, account, received_unit, competent_unit, unit, confidential, procedure FROM dossier;
