-- Answers already given to a key: the same key and body gets the same answer again (Idempotency-Key
-- of the API, the hidden field _idem of pages).  Written in the same savepoint as the change.
CREATE TABLE idempotency (
    key         ID64 PRIMARY KEY,       -- keyed hash of who asks and the key
    sum         BLOB NOT NULL,          -- keyed hash of who asks, the address and the body
    status      BIGINT NOT NULL,        -- of the answer
    type        TEXT NOT NULL,          -- its content type; '' none
    location    TEXT NOT NULL,          -- of a redirect; '' none
    flash       TEXT NOT NULL,          -- what the next page says; '' nothing
    body        TEXT NOT NULL,          -- '' none
    created_at  BIGINT NOT NULL         -- UTC seconds; rows are dropped after two days
) STRICT;
CREATE INDEX idempotency_by_age ON idempotency (created_at);
