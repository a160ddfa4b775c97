-- Versions of procedure packages, as they were imported; files that stand beside the packages.

CREATE TABLE procedure_version (
    id              ID64 PRIMARY KEY,
    code            TEXT NOT NULL,      -- national code: 1.001193
    version         BIGINT NOT NULL CHECK (version BETWEEN 1 AND 999),
    state           BIGINT NOT NULL CHECK (state IN (0, 1)),    -- 0 draft, 1 published
    valid_from      BIGINT NOT NULL,    -- days since 1970-01-01
    valid_to        BIGINT,             -- last day; NULL open
    hash            TEXT NOT NULL,      -- SHA-256 over both files, hex
    yaml            TEXT NOT NULL,      -- procedure.yaml
    form            TEXT NOT NULL,      -- form.json
    imported_at     BIGINT NOT NULL,    -- UTC seconds
    imported_by     BIGINT NOT NULL,    -- account; 0: a command of the machine's operator
    UNIQUE (code, version)
) STRICT;

CREATE TABLE catalogue_file (
    name            TEXT PRIMARY KEY,   -- fields.yaml, en.po
    hash            TEXT NOT NULL,      -- SHA-256, hex
    text            TEXT NOT NULL,
    imported_at     BIGINT NOT NULL     -- UTC seconds
) STRICT;

-- One row: servers compare it with that of their snapshot.
CREATE TABLE catalogue_generation (
    one             BIGINT PRIMARY KEY CHECK (one = 1),
    generation      BIGINT NOT NULL
) STRICT;
INSERT INTO catalogue_generation (one, generation) VALUES (1, 0);
