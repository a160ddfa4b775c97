-- Signing in by another's word: which person of which provider an account is, and how sure a session is of who it is.
ALTER TABLE session ADD COLUMN level BIGINT NOT NULL DEFAULT 1;    -- 1..3: how surely it was found out who it is
ALTER TABLE session ADD COLUMN provider TEXT NOT NULL DEFAULT '';  -- id of the identity provider; '' signed in here

CREATE TABLE identity (
    provider        TEXT NOT NULL,      -- its id in the configuration
    subject         TEXT NOT NULL,      -- its name for the person (sub): lasting, says nothing
    account         BIGINT NOT NULL REFERENCES account (id),
    linked_at       BIGINT NOT NULL,    -- UTC seconds
    PRIMARY KEY (provider, subject)
) STRICT;
CREATE INDEX identity_by_account ON identity (account);

-- Sign-ins that were answered once: only those that a provider vouched for get here.
CREATE TABLE sign_in_used (
    key             TEXT PRIMARY KEY,   -- SHA-256 of the nonce, hex
    until           BIGINT NOT NULL     -- UTC seconds after which nobody believes it anyway
) STRICT;
CREATE INDEX sign_in_used_by_until ON sign_in_used (until);
