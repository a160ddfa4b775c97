-- A sign of life of every server: that the database can be written is known before somebody needs it, and what its clock said.

CREATE TABLE server_pulse (
    server      ID64 PRIMARY KEY,       -- its number
    at          BIGINT NOT NULL         -- UTC seconds by the clock of that server
) STRICT;
