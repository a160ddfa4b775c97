-- The second factor, links for a first password, what happened to an account.

ALTER TABLE account ADD COLUMN second_at BIGINT NOT NULL DEFAULT 0; -- UTC seconds: a code is asked for since; 0: not

CREATE TABLE second_factor (
    account         BIGINT NOT NULL PRIMARY KEY REFERENCES account (id),
    secret          BLOB,               -- of RFC 6238, sealed with the site's key; NULL none in force
    pending         BLOB,               -- the same, shown and not confirmed yet
    pending_at      BIGINT NOT NULL,    -- UTC seconds
    last_step       BIGINT NOT NULL     -- newest step of 30 seconds whose code was taken
) STRICT;

CREATE TABLE recovery_code (
    account         BIGINT NOT NULL REFERENCES account (id),
    key             TEXT NOT NULL,      -- keyed hash of the code, hex
    used_at         BIGINT NOT NULL,    -- UTC seconds; 0 not yet
    PRIMARY KEY (account, key)
) CLUSTERED;

CREATE TABLE invitation (
    key             TEXT NOT NULL PRIMARY KEY,      -- SHA-256 of the link's secret, hex
    account         BIGINT NOT NULL UNIQUE REFERENCES account (id),     -- one link at a time
    made_at         BIGINT NOT NULL,    -- UTC seconds
    until_at        BIGINT NOT NULL,
    by_             BIGINT NOT NULL     -- account of who made it; 0 a command
) STRICT;

CREATE TABLE account_event (
    id              ID64 PRIMARY KEY,
    account         BIGINT NOT NULL REFERENCES account (id),
    at              BIGINT NOT NULL,    -- UTC seconds
    what            TEXT NOT NULL,      -- a word of second.h
    by_             BIGINT NOT NULL,    -- who did it; 0 a command, or nobody signed in
    told            BIGINT NOT NULL CHECK (told IN (0, 1))      -- 0: to be said at the next sign-in
) STRICT;
CREATE INDEX account_event_by_account ON account_event (account, id);
CREATE INDEX api_token_by_account ON api_token (account, id);
