-- What a look was for, and the viewer's agency at that time: officers move, the log stays.
ALTER TABLE access_log ADD COLUMN purpose TEXT NOT NULL DEFAULT '';     -- word of auth/access.c, or a reason
ALTER TABLE access_log ADD COLUMN unit BIGINT NOT NULL DEFAULT 0;       -- id of an agency; 0 none
DROP VIEW v_access_log;
CREATE VIEW v_access_log AS
    SELECT id, at, account, unit, what, purpose, dossier, person FROM access_log;

-- Which dossiers an officer's lists showed today: a list is refreshed all day, its entry is one a day.
CREATE TABLE access_listed (
    day             BIGINT NOT NULL,    -- Vietnamese day
    account         BIGINT NOT NULL,
    dossier         BIGINT NOT NULL,
    PRIMARY KEY (day, account, dossier)
) CLUSTERED;
