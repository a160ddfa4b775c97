-- A citizen asks an agency why one of its officers looked: the leader answers within a legal limit.
CREATE TABLE access_question (
    id              ID64 PRIMARY KEY,
    asked_at        BIGINT NOT NULL,    -- UTC seconds
    account         BIGINT NOT NULL REFERENCES account (id),    -- who asks
    look            BIGINT NOT NULL,    -- id of the entry of the log of accesses
    dossier         BIGINT NOT NULL,
    viewer          BIGINT NOT NULL,    -- account of the officer who looked
    unit            BIGINT NOT NULL,    -- the agency that is asked
    question        TEXT NOT NULL,
    due_at          BIGINT NOT NULL,    -- UTC seconds
    answer          TEXT NOT NULL,      -- '' none yet
    answered_by     BIGINT NOT NULL,    -- account of the leader; 0 none yet
    answered_at     BIGINT NOT NULL     -- UTC seconds; 0 not yet
) STRICT;
CREATE UNIQUE INDEX access_question_of_look ON access_question (look);
CREATE INDEX access_question_of_account ON access_question (account, id);
CREATE INDEX access_question_of_unit ON access_question (unit, answered_at, due_at);
