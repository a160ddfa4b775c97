-- Which migrations this database has had.  `motcua check` and `serve` refuse a database that is
-- newer or older than the program, or whose migrations were altered afterwards.
CREATE TABLE schema_version (
    number      ID64 PRIMARY KEY,   -- of schema/NNNN.sql; one line of numbers over all slices
    name        TEXT NOT NULL,      -- the file's name
    sha256      TEXT NOT NULL,      -- 64 hex digits of the file as it was applied
    applied_at  ID64 NOT NULL       -- UTC seconds
) STRICT;
