-- The date-versioned tree of agencies.

CREATE TABLE agency (
    id              ID64 PRIMARY KEY,
    code            TEXT NOT NULL,      -- canonical, H26.16; the same code may name another agency later
    unit_code       TEXT NOT NULL,      -- of the administrative unit: 5 digits of a commune, 3, 2; or ''
    name            TEXT NOT NULL,
    name_en         TEXT NOT NULL,
    type            BIGINT NOT NULL,    -- enum agency_type
    parent          BIGINT NOT NULL,    -- agency.id; 0 the root
    valid_from      BIGINT NOT NULL,    -- first day, days since 1970-01-01
    valid_to        BIGINT NOT NULL,    -- last day; 2147483647 while it exists
    provisional     BIGINT NOT NULL CHECK (provisional IN (0, 1)),  -- 1: the code is not the official one
    desk            BIGINT NOT NULL CHECK (desk IN (0, 1)),         -- 1: receives dossiers
    hotline         TEXT NOT NULL,      -- public telephones, e-mail, address, office hours; '' unknown
    phone           TEXT NOT NULL,
    email           TEXT NOT NULL,
    address         TEXT NOT NULL,
    hours           TEXT NOT NULL,
    version         BIGINT NOT NULL,
    UNIQUE (code, valid_from),
    CHECK (valid_from <= valid_to)
) STRICT;

-- Leaders shown in public with their telephones.
CREATE TABLE agency_leader (
    agency          BIGINT NOT NULL REFERENCES agency (id),
    position        BIGINT NOT NULL,    -- order on the page, from 1
    title           TEXT NOT NULL,
    name            TEXT NOT NULL,      -- '' when only the office is named
    phone           TEXT NOT NULL,
    PRIMARY KEY (agency, position)
) STRICT;

-- What became of an agency: the first successor carries on when none took the whole.
CREATE TABLE agency_link (
    agency          BIGINT NOT NULL REFERENCES agency (id),
    position        BIGINT NOT NULL,    -- order, from 1
    successor       BIGINT NOT NULL REFERENCES agency (id),
    how             BIGINT NOT NULL,    -- enum succession: 1 the same agency, 2 whole, 3 a part
    PRIMARY KEY (agency, position)
) STRICT;

-- Servers reload their snapshot when the generation is another one.
CREATE TABLE agency_state (
    id              ID64 PRIMARY KEY CHECK (id = 1),
    generation      BIGINT NOT NULL,
    refreshed       BIGINT NOT NULL     -- day of the last rebuild of reach
) STRICT;
INSERT INTO agency_state (id, generation, refreshed) VALUES (1, 1, 0);

CREATE VIEW v_agency AS SELECT id, code, name, type, parent, valid_from, valid_to FROM agency;
