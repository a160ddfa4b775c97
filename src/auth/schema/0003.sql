-- Accounts, sessions of browsers, tokens of the API.

CREATE TABLE account (
    id              ID64 PRIMARY KEY,
    kind            BIGINT NOT NULL CHECK (kind IN (1, 2, 3)),  -- 1 citizen, 2 officer, 3 system
    login           TEXT NOT NULL,      -- officers: user name; citizens: personal number
    name            TEXT NOT NULL,      -- of the person, tidied
    fold            TEXT NOT NULL,      -- the name without case and diacritics: search and order
    personal_number TEXT,               -- 12 digits; NULL unknown
    phone           TEXT,               -- 10 digits; NULL none
    email           TEXT,               -- NULL none
    active          BIGINT NOT NULL CHECK (active IN (0, 1)),
    password        TEXT,               -- Argon2id in the encoded form; NULL: no local sign-in
    password_until  BIGINT NOT NULL,    -- UTC seconds at which a temporary password ends; 0 lasting
    perms           BIGINT NOT NULL,    -- union of reach.perms: the gate asks it on every request
    home_unit       BIGINT NOT NULL,    -- unit of an officer's main role; 0 none
    version         BIGINT NOT NULL,    -- of name, phone, email, active
    created_at      BIGINT NOT NULL,    -- UTC seconds
    UNIQUE (kind, login)
) STRICT;
CREATE INDEX account_by_name ON account (kind, fold, id);

CREATE TABLE session (
    id              ID64 PRIMARY KEY,
    key             TEXT NOT NULL UNIQUE,   -- SHA-256 of the cookie's value, hex
    account         BIGINT NOT NULL REFERENCES account (id),
    opened_at       BIGINT NOT NULL,    -- UTC seconds
    seen_at         BIGINT NOT NULL,    -- last use, to some minutes: the idle time-out
    expires_at      BIGINT NOT NULL,    -- the absolute time-out
    address         TEXT NOT NULL,      -- network address at sign-in, for the person's own list
    agent           TEXT NOT NULL       -- browser at sign-in
) STRICT;
CREATE INDEX session_by_account ON session (account, id);

CREATE TABLE api_token (
    id              ID64 PRIMARY KEY,
    key             TEXT NOT NULL UNIQUE,   -- SHA-256 of the token, hex
    account         BIGINT NOT NULL REFERENCES account (id),
    label           TEXT NOT NULL,      -- what it is for, in the words of who made it
    write_          BIGINT NOT NULL CHECK (write_ IN (0, 1)),   -- 1: may create and act
    created_at      BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL     -- UTC seconds; 0 never
) STRICT;

-- What other slices may know of an account.
CREATE VIEW v_account AS SELECT id, kind, login, name, active, home_unit FROM account;
