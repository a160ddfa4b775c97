-- How long closed dossiers are kept, what was held back, and lists by which they are destroyed.

-- A row a closed dossier, made by a job that follows the events.  Years are Vietnam's calendar.
CREATE TABLE retention (
    dossier     BIGINT NOT NULL PRIMARY KEY,
    unit        BIGINT NOT NULL,        -- agency that decided: whose archive it is in
    closed_on   BIGINT NOT NULL,        -- day
    closed_year BIGINT NOT NULL,
    counted_on  BIGINT NOT NULL,        -- day from whose year's end the period is counted
    rule        TEXT NOT NULL,          -- id in catalogue/retention.yaml; '' none held
    years       BIGINT NOT NULL,        -- 0 permanent
    end_year    BIGINT NOT NULL,        -- the last year of keeping; 9999 permanent
    state       BIGINT NOT NULL CHECK (state IN (1, 2, 3)),     -- 1 kept, 2 on a list, 3 destroyed
    list        BIGINT NOT NULL,        -- destroy_list.id; 0 none
    held_by     BIGINT NOT NULL,        -- account that held it back; 0 nobody
    held_at     BIGINT NOT NULL,        -- UTC seconds; 0 it is not held back
    held_for    TEXT NOT NULL,          -- why
    package     BLOB NOT NULL,          -- 32 bytes: its archive package in the store; X'' none
    package_size BIGINT NOT NULL,
    package_at  BIGINT NOT NULL,        -- UTC seconds
    package_by  BIGINT NOT NULL,        -- account
    destroyed_at BIGINT NOT NULL        -- UTC seconds; 0 it is there
) CLUSTERED;
CREATE INDEX retention_by_end ON retention (unit, state, end_year, dossier);
CREATE INDEX retention_by_close ON retention (unit, closed_year, dossier);
CREATE INDEX retention_held ON retention (unit, dossier) WHERE held_at <> 0;

-- Sums of the above: who reads sums over the lanes.
CREATE TABLE retention_count (
    unit        BIGINT NOT NULL,
    closed_year BIGINT NOT NULL,
    end_year    BIGINT NOT NULL,
    state       BIGINT NOT NULL,
    lane        BIGINT NOT NULL,
    n           BIGINT NOT NULL,
    PRIMARY KEY (unit, closed_year, end_year, state, lane)
) CLUSTERED;

-- One row: up to which event was looked, and how far the walk by other rules has come.
CREATE TABLE retention_cursor (
    id          BIGINT NOT NULL PRIMARY KEY,    -- 1
    event       BIGINT NOT NULL,
    rules       TEXT NOT NULL,          -- SHA-256 of the rules that the rows are, or will be, by
    walk        BIGINT NOT NULL         -- rows up to this dossier are by those; -1: all are
) STRICT;
INSERT INTO retention_cursor (id, event, rules, walk) VALUES (1, 0, '', -1);

-- A list of what is to be destroyed (danh mục tài liệu hết thời hạn bảo quản).  Lists are never deleted.
CREATE TABLE destroy_list (
    id          ID64 PRIMARY KEY,
    code        TEXT NOT NULL UNIQUE,   -- eight letters and digits: its name in addresses and on paper
    unit        BIGINT NOT NULL,
    state       BIGINT NOT NULL CHECK (state BETWEEN 1 AND 5),  -- enum destroy_state
    version     BIGINT NOT NULL,        -- +1 with each change: what was on screen
    reason      TEXT NOT NULL,          -- why it is proposed
    basis       TEXT NOT NULL,          -- legal texts, as they were when it was sent
    wait_days   BIGINT NOT NULL,        -- between approval and destruction
    items       BIGINT NOT NULL,
    created_by  BIGINT NOT NULL,        -- account
    created_at  BIGINT NOT NULL,        -- UTC seconds, as every ..._at
    sent_by     BIGINT NOT NULL,        -- who proposed it; 0 not yet
    sent_at     BIGINT NOT NULL,
    decided_by  BIGINT NOT NULL,        -- the leader; never who made or proposed it
    decided_at  BIGINT NOT NULL,
    destroy_at  BIGINT NOT NULL,        -- not before; 0 not approved
    done_at     BIGINT NOT NULL
) STRICT;
CREATE INDEX destroy_list_by_unit ON destroy_list (unit, id);
CREATE INDEX destroy_list_due ON destroy_list (destroy_at, id) WHERE state = 3;

-- What stands on it stays readable when the dossier is gone; names of people are not on it.
CREATE TABLE destroy_item (
    list        BIGINT NOT NULL,
    seq         BIGINT NOT NULL,        -- 1, 2, ...
    dossier     BIGINT NOT NULL,
    state       BIGINT NOT NULL CHECK (state BETWEEN 1 AND 5),  -- enum item_state
    note        TEXT NOT NULL,          -- why it was refused, or was not destroyed; ''
    decided_by  BIGINT NOT NULL,
    decided_at  BIGINT NOT NULL,
    destroyed_at BIGINT NOT NULL,
    code        TEXT NOT NULL,          -- of the dossier
    title       TEXT NOT NULL,          -- name of the procedure
    opened_on   BIGINT NOT NULL,        -- day it was handed in
    closed_on   BIGINT NOT NULL,
    rule        TEXT NOT NULL,          -- name of the rule
    years       BIGINT NOT NULL,
    end_year    BIGINT NOT NULL,
    files       BIGINT NOT NULL,        -- that it had
    bytes       BIGINT NOT NULL,
    PRIMARY KEY (list, seq)
) CLUSTERED;

-- What this slice may know of dossiers and their events.
CREATE VIEW v_retention_event AS
    SELECT e.id AS event, e.dossier, e.at, e.status FROM dossier_event e;
CREATE VIEW v_retention_dossier AS
    SELECT d.id, d.code, d.procedure, d.procedure_version, d.competent_unit, d.status, d.outcome,
           d.submitted_at, d.applicant, d.owner, d.result_date
    FROM dossier d;

-- A new permission (bit 20) for archivists (role 4) and leaders (bit 8), as a fresh reckoning of reach gives it.
UPDATE reach SET perms = perms + 1048576
    WHERE (perms & 1048576) = 0
      AND ((perms & 256) <> 0 OR account IN (SELECT account FROM agency_role WHERE role = 4));
UPDATE account SET perms = perms + 1048576
    WHERE (perms & 1048576) = 0
      AND ((perms & 256) <> 0 OR id IN (SELECT account FROM agency_role WHERE role = 4));
