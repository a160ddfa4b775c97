-- Officers of agencies, stand-ins, delegated competence.

CREATE TABLE agency_role (
    id              ID64 PRIMARY KEY,
    account         BIGINT NOT NULL REFERENCES account (id),
    agency          BIGINT NOT NULL REFERENCES agency (id),     -- the role reaches it and all below
    role            BIGINT NOT NULL,    -- enum role of auth/perm.h
    valid_from      BIGINT NOT NULL,    -- days, both included
    valid_to        BIGINT NOT NULL,
    set_by          BIGINT NOT NULL,    -- account; 0 a command
    set_at          BIGINT NOT NULL,    -- UTC seconds
    CHECK (valid_from <= valid_to)
) STRICT;
CREATE INDEX agency_role_by_account ON agency_role (account);
CREATE INDEX agency_role_by_agency ON agency_role (agency, role);

-- `stand_in` has the roles of `absent` between two dates.
CREATE TABLE agency_stand_in (
    id              ID64 PRIMARY KEY,
    absent          BIGINT NOT NULL REFERENCES account (id),
    stand_in        BIGINT NOT NULL REFERENCES account (id),
    valid_from      BIGINT NOT NULL,
    valid_to        BIGINT NOT NULL,
    reason          TEXT NOT NULL,
    set_by          BIGINT NOT NULL,
    set_at          BIGINT NOT NULL,
    CHECK (absent <> stand_in),
    CHECK (valid_from <= valid_to)
) STRICT;
CREATE INDEX agency_stand_in_by_absent ON agency_stand_in (absent);
CREATE INDEX agency_stand_in_by_stand_in ON agency_stand_in (stand_in);

-- Competence given to another agency by a decision with dates.
CREATE TABLE agency_delegation (
    id              ID64 PRIMARY KEY,
    from_agency     BIGINT NOT NULL REFERENCES agency (id),
    to_agency       BIGINT NOT NULL REFERENCES agency (id),
    procedure_code  TEXT NOT NULL,      -- '' everything
    decision        TEXT NOT NULL,      -- number of the decision
    decided         BIGINT NOT NULL,    -- its date
    valid_from      BIGINT NOT NULL,
    valid_to        BIGINT NOT NULL,
    set_by          BIGINT NOT NULL,
    set_at          BIGINT NOT NULL,
    CHECK (from_agency <> to_agency),
    CHECK (valid_from <= valid_to)
) STRICT;
CREATE INDEX agency_delegation_by_agency ON agency_delegation (from_agency);

CREATE VIEW v_agency_role AS
    SELECT r.account, r.agency, r.role, r.valid_from, r.valid_to FROM agency_role r
    JOIN account a ON a.id = r.account WHERE a.active = 1;
