-- Ratios are counted by mod/dossiers when a dossier ends (digital_year); here stays what the desk did.

DROP TABLE digitise_cursor;
DROP VIEW v_dossier_handed;
ALTER TABLE digitise_count DROP COLUMN results;
ALTER TABLE digitise_count DROP COLUMN results_digital;
ALTER TABLE digitise_count DROP COLUMN papers;
ALTER TABLE digitise_count DROP COLUMN papers_digital;

-- What an agency's leader has set: the newest of a year counts, the others are its history.  Without
-- one the aims of catalogue/rules.yaml hold.
DROP TABLE digitise_target;
CREATE TABLE digitise_aim (
    id          ID64 PRIMARY KEY,
    unit        BIGINT NOT NULL,
    year        BIGINT NOT NULL,
    results     BIGINT NOT NULL CHECK (results BETWEEN 0 AND 100),  -- per cent of its results
    papers      BIGINT NOT NULL CHECK (papers BETWEEN 0 AND 100),   -- per cent of its dossiers with papers
    note        TEXT NOT NULL,          -- the plan or decision that it follows; '' none
    set_by      BIGINT NOT NULL,        -- account
    set_at      BIGINT NOT NULL         -- UTC seconds
) STRICT;
CREATE INDEX digitise_aim_by_year ON digitise_aim (year, unit, id);
CREATE INDEX digitise_aim_by_unit ON digitise_aim (unit, id);
