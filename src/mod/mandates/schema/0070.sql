-- Organisations, and who acts for whom: on what evidence, for what, until when.

CREATE TABLE organisation (
    tax_code    TEXT PRIMARY KEY,       -- 10 or 10-3 digits
    name        TEXT NOT NULL,          -- as it was told last by the surest who told it
    status      BIGINT NOT NULL CHECK (status IN (1, 2)),       -- 1 works, 2 stopped
    told_by     BIGINT NOT NULL CHECK (told_by IN (1, 2, 3)),   -- 1 a citizen, 2 an officer, 3 the national identity
    told_at     BIGINT NOT NULL
) STRICT;

CREATE TABLE mandate (
    id          ID64 PRIMARY KEY,
    token       TEXT NOT NULL UNIQUE,   -- random; its name in addresses
    version     BIGINT NOT NULL,        -- +1 a change
    kind        BIGINT NOT NULL CHECK (kind BETWEEN 1 AND 4),   -- enum mandate_kind
    person      TEXT NOT NULL,          -- who is represented: a personal number; '' an organisation
    tax_code    TEXT NOT NULL,          -- ... or an organisation; '' a person
    name        TEXT NOT NULL,          -- of who is represented
    agent       TEXT NOT NULL,          -- who acts: a personal number
    agent_name  TEXT NOT NULL,
    scope       BIGINT NOT NULL CHECK (scope BETWEEN 1 AND 4),  -- enum mandate_scope
    scope_of    TEXT NOT NULL,          -- codes of fields or procedures, or of one dossier: ' A B '; '' all
    evidence    BIGINT NOT NULL CHECK (evidence BETWEEN 1 AND 5),   -- enum mandate_evidence
    paper       TEXT NOT NULL,          -- number and day of the document; '' none
    vault       BIGINT NOT NULL,        -- the paper of the vault that shows it; 0 none
    begins      BIGINT NOT NULL,        -- day
    ends        BIGINT NOT NULL,        -- day, the last one; 0 without an end
    state       BIGINT NOT NULL CHECK (state BETWEEN 1 AND 4),  -- enum mandate_state
    account     BIGINT NOT NULL,        -- who recorded it
    made_at     BIGINT NOT NULL,
    checked_by  BIGINT NOT NULL,        -- account that confirmed it; 0 nobody yet
    checked_as  BIGINT NOT NULL,        -- enum mandate_side
    checked_at  BIGINT NOT NULL,
    over_at     BIGINT NOT NULL,        -- ended or refused; 0 not
    reason      TEXT NOT NULL,          -- of a refusal or an end
    CHECK ((person = '') <> (tax_code = ''))
) STRICT;
CREATE INDEX mandate_by_agent ON mandate (agent, id);
CREATE INDEX mandate_by_person ON mandate (person, id) WHERE person <> '';
CREATE INDEX mandate_by_tax_code ON mandate (tax_code, id) WHERE tax_code <> '';
CREATE INDEX mandate_by_account ON mandate (account, state);

CREATE TABLE mandate_event (
    mandate     BIGINT NOT NULL,
    seq         BIGINT NOT NULL,        -- 1, 2, ...: the mandate's version
    at          BIGINT NOT NULL,
    account     BIGINT NOT NULL,        -- 0 the program
    side        BIGINT NOT NULL,        -- enum mandate_side
    act         BIGINT NOT NULL,        -- enum mandate_act
    note        TEXT NOT NULL,
    PRIMARY KEY (mandate, seq)
) CLUSTERED;

-- What a dossier asks of a mandate: is it in force, and for whom; no numbers.
CREATE VIEW v_mandate AS
    SELECT id, kind, scope, begins, ends, state FROM mandate;
