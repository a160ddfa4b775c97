-- What is handed in lies with its dossier; the name of a file's content is bytes.

CREATE TABLE paper_new (
    owner       BIGINT NOT NULL,        -- dossier or draft
    paper       TEXT NOT NULL,          -- id of the paper in the procedure package
    form        BIGINT NOT NULL CHECK (form BETWEEN 0 AND 5),   -- enum paper_form
    count       BIGINT NOT NULL,        -- how many were handed in
    accepted    BIGINT NOT NULL CHECK (accepted IN (0, 1)),
    note        TEXT NOT NULL,          -- what is wrong with it, or what it was replaced by; '' none
    checked_by  BIGINT NOT NULL,        -- account of the officer; 0 declared only
    checked_at  BIGINT NOT NULL,        -- UTC seconds; 0 never
    PRIMARY KEY (owner, paper)
) CLUSTERED;
INSERT INTO paper_new (owner, paper, form, count, accepted, note, checked_by, checked_at)
    SELECT owner, paper, form, count, accepted, note, checked_by, checked_at FROM paper
    ORDER BY owner, paper;
DROP TABLE paper;
ALTER TABLE paper_new RENAME TO paper;

CREATE TABLE paper_file_new (
    owner       BIGINT NOT NULL,        -- dossier or draft
    seq         BIGINT NOT NULL,        -- 1, 2, ...: its name in addresses
    paper       TEXT NOT NULL,          -- id of the paper it shows; '' none
    name        TEXT NOT NULL,          -- as sent, tidied, without a path
    mime        TEXT NOT NULL,          -- by content
    sha256      BLOB NOT NULL,          -- 32 bytes; in hex, its name in the store
    size        BIGINT NOT NULL,        -- bytes
    added_at    BIGINT NOT NULL,        -- UTC seconds
    added_by    BIGINT NOT NULL,        -- account; 0 none
    round       BIGINT NOT NULL,        -- 0 with the submission, n with the nth supplement
    replaced    BIGINT NOT NULL CHECK (replaced IN (0, 1)),     -- 1: a later file takes its place
    PRIMARY KEY (owner, seq)
) CLUSTERED;
INSERT INTO paper_file_new (owner, seq, paper, name, mime, sha256, size, added_at, added_by, round, replaced)
    SELECT owner, seq, paper, name, mime, decode(sha256, 'hex'), size, added_at, added_by, round, replaced
    FROM paper_file ORDER BY owner, seq;
DROP TABLE paper_file;
ALTER TABLE paper_file_new RENAME TO paper_file;
