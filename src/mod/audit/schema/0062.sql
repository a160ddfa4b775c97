-- The sealed log: the journal of administration, what waits to be sealed, the leaves of the Merkle
-- tree (RFC 9162) in the order in which they were sealed, and the heads that were signed.

-- What administrators and commands did.  One chain of hashes for each write lane (0: commands), so
-- that lanes do not wait for each other.
CREATE TABLE admin_event (
    chain       BIGINT NOT NULL,        -- number of the lane
    number      BIGINT NOT NULL,        -- 1, 2, ... in its chain
    id          BIGINT NOT NULL,        -- in order of time
    at          BIGINT NOT NULL,        -- UTC seconds
    account     BIGINT NOT NULL,        -- who did it; 0 a command
    what        TEXT NOT NULL,          -- pattern of the route, or "motcua user add"
    subject     TEXT NOT NULL,          -- of what: code of an agency, login; '' nothing by itself
    data        TEXT NOT NULL,          -- JSON: what was asked for, without secrets
    hash        BLOB NOT NULL,          -- SHA-256 over the hash before and this event, 32 bytes
    PRIMARY KEY (chain, number)
) CLUSTERED;
CREATE INDEX admin_event_by_id ON admin_event (id);

-- How many events a chain has, and the hash of the last: a missing tail shows.
CREATE TABLE admin_chain (
    chain       ID64 PRIMARY KEY,
    count       BIGINT NOT NULL,
    head        BLOB NOT NULL           -- 32 bytes; empty before the first
) STRICT;

-- What was changed since it was sealed: up to which event, and the hash of that one, signed with the
-- key that is not in the database.  A missing tail shows before it is sealed.
CREATE TABLE seal_waiting (
    kind        BIGINT NOT NULL CHECK (kind IN (1, 2)), -- 1 a dossier, 2 a chain of administration
    owner       BIGINT NOT NULL,        -- id of the dossier, number of the chain
    version     BIGINT NOT NULL,        -- number of its newest event
    head        BLOB NOT NULL,          -- hash of that event
    mac         BLOB NOT NULL,          -- HMAC-SHA-256 over the four, 32 bytes
    refused     BIGINT NOT NULL CHECK (refused IN (0, 1)),  -- 1: its events do not fit; not sealed
    PRIMARY KEY (kind, owner)
) CLUSTERED;
CREATE INDEX seal_waiting_to_do ON seal_waiting (refused, kind, owner);

CREATE TABLE seal_leaf (
    position    ID64 PRIMARY KEY,       -- 0, 1, 2, ... without a gap
    kind        BIGINT NOT NULL,
    owner       BIGINT NOT NULL,
    version     BIGINT NOT NULL,        -- of the event
    hash        BLOB NOT NULL           -- of the leaf (RFC 9162, 2.1.1), 32 bytes
) STRICT;
CREATE UNIQUE INDEX seal_leaf_by_owner ON seal_leaf (kind, owner, version);

-- Complete subtrees over 256, 65,536 ... leaves, so that a proof reads some hundred rows.
CREATE TABLE seal_node (
    level       BIGINT NOT NULL,        -- 8, 16, 24, ...
    number      BIGINT NOT NULL,        -- over the leaves [number << level, (number + 1) << level)
    hash        BLOB NOT NULL,
    PRIMARY KEY (level, number)
) CLUSTERED;

CREATE TABLE seal_head (
    number      ID64 PRIMARY KEY,       -- 1, 2, ...
    at          BIGINT NOT NULL,        -- UTC seconds
    size        BIGINT NOT NULL UNIQUE, -- leaves under it
    root        BLOB NOT NULL,          -- 32 bytes
    whole       BIGINT NOT NULL CHECK (whole IN (0, 1)),    -- 1: all that was before the log is in it
    note        TEXT NOT NULL           -- the signed note as it is published; without a signature
                                        -- where the site has no key for it
) STRICT;

-- Dossiers from before the log are sealed in the order of their ids: up to which that was done.
CREATE TABLE seal_begin (
    one         ID64 PRIMARY KEY CHECK (one = 1),
    after       BIGINT NOT NULL,        -- id of a dossier
    done        BIGINT NOT NULL CHECK (done IN (0, 1))
) STRICT;
INSERT INTO seal_begin (one, after, done) VALUES (1, 0, 0);
