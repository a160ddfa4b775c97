-- Applications before they are handed in.

CREATE TABLE draft (
    id          ID64 PRIMARY KEY,
    token       TEXT NOT NULL UNIQUE,   -- random; its name in addresses
    account     BIGINT NOT NULL,        -- of the citizen
    version     BIGINT NOT NULL,        -- +1 a save
    procedure   TEXT NOT NULL,
    procedure_version BIGINT NOT NULL,  -- the one it began with
    unit        BIGINT NOT NULL,        -- receiving unit; 0 not chosen
    payer       TEXT NOT NULL,
    delivery    BIGINT NOT NULL,        -- 0 not chosen
    delivery_address TEXT NOT NULL,
    helper      TEXT NOT NULL,
    page        TEXT NOT NULL,          -- where the citizen was
    answers     TEXT NOT NULL,          -- JSON
    parties     TEXT NOT NULL,          -- JSON array
    created_at  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
) STRICT;
CREATE INDEX draft_by_account ON draft (account, updated_at);
CREATE INDEX draft_by_age ON draft (updated_at);
