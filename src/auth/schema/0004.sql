-- Reach, limits against guessing, the log of accesses to personal data.

CREATE TABLE reach (
    account         BIGINT NOT NULL REFERENCES account (id),
    unit            BIGINT NOT NULL,    -- id of an agency; auth knows no more of it
    perms           BIGINT NOT NULL,    -- bits of http/perm.h
    PRIMARY KEY (account, unit)
) STRICT;
CREATE INDEX reach_by_unit ON reach (unit, account);

-- Every query that shows or changes a dossier joins this: not reached = not found.
CREATE VIEW v_reach AS
    SELECT r.account, r.unit, r.perms FROM reach r JOIN account a ON a.id = r.account WHERE a.active = 1;

CREATE TABLE failure (
    kind            BIGINT NOT NULL,    -- enum guess of auth.h
    key             TEXT NOT NULL,      -- SHA-256 of the login, address or code: nobody reads it here
    since           BIGINT NOT NULL,    -- UTC seconds of the first failure of the window
    tries           BIGINT NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT;

CREATE TABLE access_log (
    id              ID64 PRIMARY KEY,
    at              BIGINT NOT NULL,    -- UTC seconds
    account         BIGINT NOT NULL,    -- who saw; 0: nobody signed in (a look-up with the secret)
    session         BIGINT NOT NULL,    -- session or token it came by; 0 none
    what            TEXT NOT NULL,      -- pattern of the route: why
    dossier         BIGINT NOT NULL,    -- 0 none
    person          BIGINT NOT NULL,    -- whose data; 0 those of the dossier
    request         TEXT NOT NULL       -- id of the request, as in the log of the program
) STRICT;
CREATE INDEX access_log_by_dossier ON access_log (dossier, id);
CREATE INDEX access_log_by_person ON access_log (person, id);
