-- Codes by mail: a checked address, a code that waits for its answer, a letter that waits for its server.
ALTER TABLE account ADD COLUMN email_verified_at BIGINT NOT NULL DEFAULT 0;    -- UTC seconds; 0: nobody has shown that it arrives

CREATE TABLE sign_in_code (
    account         BIGINT NOT NULL REFERENCES account (id),
    purpose         BIGINT NOT NULL CHECK (purpose IN (1, 2)),  -- 1 to sign in, 2 to check the address
    address         TEXT NOT NULL,      -- where it was sent
    key             TEXT NOT NULL,      -- the code, keyed and hashed
    made_at         BIGINT NOT NULL,    -- UTC seconds; good for ten minutes
    tries           BIGINT NOT NULL,    -- wrong ones; five end it
    PRIMARY KEY (account, purpose)
) STRICT;

CREATE TABLE mail_out (
    id              ID64 PRIMARY KEY,
    sealed          TEXT NOT NULL,      -- recipient and text, encrypted with the site's key
    next_at         BIGINT NOT NULL,    -- UTC seconds of the next try
    tries           BIGINT NOT NULL
) STRICT;
CREATE INDEX mail_out_by_next ON mail_out (next_at);
