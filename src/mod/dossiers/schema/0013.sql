-- Counters, moved in the same transaction as the event: lists and statistics never scan dossiers.

CREATE TABLE unit_status (
    unit        BIGINT NOT NULL,        -- where the dossiers lie now
    status      BIGINT NOT NULL,
    n           BIGINT NOT NULL,
    PRIMARY KEY (unit, status)
) STRICT;

CREATE TABLE stat_month (
    month       BIGINT NOT NULL,        -- YYYYMM of Vietnam's calendar
    unit        BIGINT NOT NULL,        -- competent agency
    procedure   TEXT NOT NULL,
    submitted   BIGINT NOT NULL,
    online      BIGINT NOT NULL,        -- of them, online
    received    BIGINT NOT NULL,
    finished    BIGINT NOT NULL,
    early       BIGINT NOT NULL,
    on_time     BIGINT NOT NULL,
    late        BIGINT NOT NULL,
    PRIMARY KEY (month, unit, procedure)
) STRICT;

-- How long it took: working days from acceptance to the result, a row a length.
CREATE TABLE stat_days (
    procedure   TEXT NOT NULL,
    month       BIGINT NOT NULL,        -- of the result
    unit        BIGINT NOT NULL,
    days        BIGINT NOT NULL,        -- working days, 0 the same day
    n           BIGINT NOT NULL,
    PRIMARY KEY (procedure, month, unit, days)
) STRICT;
