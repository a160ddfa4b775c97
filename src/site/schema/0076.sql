-- Unusual looks at personal data: one row an account, day and sort; auditors close it with a word.
CREATE TABLE access_alarm (
    id              ID64 PRIMARY KEY,
    day             BIGINT NOT NULL,    -- Vietnamese day of the looks
    account         BIGINT NOT NULL,    -- who looked
    alarm           BIGINT NOT NULL,    -- enum look_alarm of mod/deadlines/rules.h
    unit            BIGINT NOT NULL,    -- the viewer's agency
    n               BIGINT NOT NULL,    -- dossiers, so far
    threshold       BIGINT NOT NULL,    -- as it was that day
    raised_at       BIGINT NOT NULL,    -- UTC seconds
    note            TEXT NOT NULL,      -- '' while it is open
    closed_by       BIGINT NOT NULL,
    closed_at       BIGINT NOT NULL     -- UTC seconds; 0 open
) STRICT;
CREATE UNIQUE INDEX access_alarm_once ON access_alarm (day, account, alarm);
CREATE INDEX access_alarm_open ON access_alarm (closed_at, id);
