-- Security keys and passkeys (WebAuthn) as a second factor.  Nothing here is a secret: keys are public ones.
CREATE TABLE security_key (
    id              ID64 PRIMARY KEY,
    account         BIGINT NOT NULL REFERENCES account (id),
    ref             TEXT NOT NULL UNIQUE,   -- SHA-256 of the credential's id, hex: one owner in the whole site
    credential      BLOB NOT NULL,          -- the id that the authenticator gave it, at most 1,023 bytes
    algorithm       BIGINT NOT NULL,        -- COSE: -7 ES256, -8 EdDSA, -257 RS256
    public_key      BLOB NOT NULL,          -- as libfido2 holds one of that algorithm
    counter         BIGINT NOT NULL,        -- of signatures, as last heard; 0: it does not count
    ways            TEXT NOT NULL,          -- how it is reached: usb+nfc; '' not said
    name            TEXT NOT NULL,          -- its owner's word for it
    added_at        BIGINT NOT NULL,        -- UTC seconds
    used_at         BIGINT NOT NULL         -- UTC seconds of the last sign-in with it; 0 none yet
) STRICT;
CREATE INDEX security_key_by_account ON security_key (account, id);

ALTER TABLE account ADD COLUMN second_kinds BIGINT NOT NULL DEFAULT 0;  -- bits of enum second_kind that are in force
UPDATE account SET second_kinds = 1 WHERE second_at > 0;
