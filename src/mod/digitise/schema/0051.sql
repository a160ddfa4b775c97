-- Batches without sheets, and how much of what was handed over is digital.

-- A document every so many pages, where no sheet says otherwise; 0: sheets alone.
ALTER TABLE scan_batch ADD COLUMN every BIGINT NOT NULL DEFAULT 0;

-- What this slice may know of the events of dossiers: a dossier is handed over once.
CREATE VIEW v_dossier_handed AS
    SELECT e.id AS event, e.dossier, e.at, e.action, d.competent_unit AS unit, d.outcome
    FROM dossier_event e JOIN dossier d ON d.id = e.dossier;

-- Counted when a dossier is handed over, and when something is attached to it afterwards.
CREATE TABLE digitise_count (
    unit        BIGINT NOT NULL,        -- agency that decides
    year        BIGINT NOT NULL,        -- of the hand-over, in Vietnam's calendar
    lane        BIGINT NOT NULL,
    results     BIGINT NOT NULL,        -- results that were handed over
    results_digital BIGINT NOT NULL,    -- of them with a file
    papers      BIGINT NOT NULL,        -- papers of those dossiers that were handed in
    papers_digital BIGINT NOT NULL,     -- of them with a file
    documents   BIGINT NOT NULL,        -- finished at the desk of this agency: attached or entered
    pages       BIGINT NOT NULL,
    PRIMARY KEY (unit, year, lane)
) CLUSTERED;

-- One row: up to which event was counted.
CREATE TABLE digitise_cursor (
    id          BIGINT NOT NULL PRIMARY KEY,    -- 1
    event       BIGINT NOT NULL
) STRICT;
INSERT INTO digitise_cursor (id, event) VALUES (1, 0);
