-- What a person may do with the own data: take a copy of all of it, ask for a correction.

-- The newest copy of an account's data: one at a time.
CREATE TABLE data_export (
    account     BIGINT NOT NULL PRIMARY KEY REFERENCES account (id),
    asked_at    BIGINT NOT NULL,    -- UTC seconds
    state       BIGINT NOT NULL CHECK (state IN (1, 2, 3, 4, 5)),   -- 1 asked, 2 being made, 3 ready, 4 failed, 5 gone
    beat_at     BIGINT NOT NULL,    -- UTC seconds: sign of life of the server that makes it
    done        BIGINT NOT NULL,    -- dossiers that are in it
    total       BIGINT NOT NULL,
    content     BLOB,               -- SHA-256 of the ZIP; NULL none
    bytes       BIGINT NOT NULL,
    until_at    BIGINT NOT NULL     -- UTC seconds after which nobody can fetch it; 0 not ready
) STRICT;
CREATE INDEX data_export_by_state ON data_export (state, asked_at);

-- Registered facts that a citizen says are wrong; an officer of the agency decides within a limit of rules.yaml.
CREATE TABLE data_correction (
    id          ID64 PRIMARY KEY,
    token       TEXT NOT NULL UNIQUE,   -- its name in addresses
    account     BIGINT NOT NULL REFERENCES account (id),
    asked_at    BIGINT NOT NULL,        -- UTC seconds
    what        BIGINT NOT NULL CHECK (what IN (1, 2, 3)),      -- 1 name, 2 personal number, 3 another registered fact
    wanted      TEXT NOT NULL,          -- what it should be; sealed
    reason      TEXT NOT NULL,          -- in the citizen's words
    evidence    BLOB,                   -- SHA-256 of a file; NULL none
    evidence_name TEXT NOT NULL,
    evidence_mime TEXT NOT NULL,
    unit        BIGINT NOT NULL,        -- the agency that decides
    due_at      BIGINT NOT NULL,        -- UTC seconds
    decision    BIGINT NOT NULL CHECK (decision IN (0, 1, 2)),  -- 0 open, 1 granted, 2 refused
    answer      TEXT NOT NULL,          -- why; '' none yet
    decided_by  BIGINT NOT NULL,        -- account of the officer; 0 none yet
    decided_at  BIGINT NOT NULL         -- UTC seconds; 0 not yet
) STRICT;
CREATE INDEX data_correction_of_account ON data_correction (account, id);
CREATE INDEX data_correction_of_unit ON data_correction (unit, decision, due_at);
