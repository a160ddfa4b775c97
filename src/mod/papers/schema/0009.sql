-- What is handed in: the paper-by-paper check, and the files.  `owner` is a dossier's or a draft's id.

CREATE TABLE paper (
    owner       BIGINT NOT NULL,        -- dossier or draft
    paper       TEXT NOT NULL,          -- id of the paper in the procedure package
    form        BIGINT NOT NULL CHECK (form BETWEEN 0 AND 5),   -- enum paper_form
    count       BIGINT NOT NULL,        -- how many were handed in
    accepted    BIGINT NOT NULL CHECK (accepted IN (0, 1)),
    note        TEXT NOT NULL,          -- what is wrong with it, or what it was replaced by; '' none
    checked_by  BIGINT NOT NULL,        -- account of the officer; 0 declared only
    checked_at  BIGINT NOT NULL,        -- UTC seconds; 0 never
    PRIMARY KEY (owner, paper)
) STRICT;

CREATE TABLE paper_file (
    owner       BIGINT NOT NULL,        -- dossier or draft
    seq         BIGINT NOT NULL,        -- 1, 2, ...: its name in addresses
    paper       TEXT NOT NULL,          -- id of the paper it shows; '' none
    name        TEXT NOT NULL,          -- as sent, tidied, without a path
    mime        TEXT NOT NULL,          -- by content
    sha256      TEXT NOT NULL,          -- 64 hex digits: its name in the store
    size        BIGINT NOT NULL,        -- bytes
    added_at    BIGINT NOT NULL,        -- UTC seconds
    added_by    BIGINT NOT NULL,        -- account; 0 none
    round       BIGINT NOT NULL,        -- 0 with the submission, n with the nth supplement
    replaced    BIGINT NOT NULL CHECK (replaced IN (0, 1)),     -- 1: a later file takes its place
    PRIMARY KEY (owner, seq)
) STRICT;
