-- Several servers on one database.  No clock decides who sits where: a seat whose beat stands still
-- for half a minute of the observer's own monotonic time is free (docs/adr/0020).
CREATE TABLE server_seat (
    number      ID64 PRIMARY KEY,   -- 0..1022: part of the ids that its holder makes
    holder      TEXT NOT NULL,      -- random token of who sits there; '' nobody
    name        TEXT NOT NULL,      -- machine and process, for people
    beat        BIGINT NOT NULL,    -- counts signs of life
    ids_until   BIGINT NOT NULL,    -- milliseconds since 1970: no id of this seat is as new; the next
                                    -- holder begins here
    taken_at    BIGINT NOT NULL,    -- UTC seconds by the holder's clock: for people
    seen_at     BIGINT NOT NULL     -- the same, of the newest beat
) STRICT;

-- Work that one of several servers does: taken in the transaction that does it.
CREATE TABLE lease (
    name        TEXT PRIMARY KEY,   -- of the work
    holder      TEXT NOT NULL,      -- token of the seat; it may go on, others wait for ...
    until       BIGINT NOT NULL     -- ... this second, UTC
) STRICT;

-- What must be the same everywhere: a shared store is known by the marker file in it.
CREATE TABLE site_marker (
    name        TEXT PRIMARY KEY,   -- store
    value       TEXT NOT NULL       -- random, once
) STRICT;
