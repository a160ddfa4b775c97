-- Numbers of persons are sealed with keys that are not in the database (docs/adr/0046): which keys, and how far the work is.

CREATE TABLE number_key (
    id              ID64 PRIMARY KEY,   -- its number in the file of keys; never used again
    proof           TEXT NOT NULL,      -- hex, made of the key: tells whether a file has the right one
    state           BIGINT NOT NULL CHECK (state BETWEEN 1 AND 4),  -- enum number_state of db/numbers.h
    made_at         BIGINT NOT NULL,    -- UTC seconds
    changed_at      BIGINT NOT NULL     -- of the state
) STRICT;

-- How far the rows of a column are sealed with the key that writes.
CREATE TABLE number_walk (
    place           TEXT PRIMARY KEY,   -- table.column
    key_            BIGINT NOT NULL,    -- number_key.id that this walk seals with
    k1              BIGINT NOT NULL,    -- the last row that was looked at
    k2              BIGINT NOT NULL,
    k3              TEXT NOT NULL,
    looked          BIGINT NOT NULL,    -- rows, of this walk
    sealed          BIGINT NOT NULL,
    done_at         BIGINT NOT NULL     -- UTC seconds; 0 not through
) STRICT;
