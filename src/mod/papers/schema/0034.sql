-- What became of each content that was handed in: one row a content, whoever handed it in; and the
-- documents that were made of several photos of one paper.

CREATE TABLE content (
    sha256      BLOB NOT NULL,          -- 32 bytes; in hex, its name in the store
    size        BIGINT NOT NULL,        -- bytes
    mime        TEXT NOT NULL,          -- by content
    made        BIGINT NOT NULL CHECK (made IN (0, 1)),         -- 1: made here of others (PDF, picture)
    state       BIGINT NOT NULL CHECK (state BETWEEN 0 AND 3),  -- enum content_state
    scan        BIGINT NOT NULL CHECK (scan BETWEEN 0 AND 3),   -- enum content_scan
    trouble     BIGINT NOT NULL CHECK (trouble BETWEEN 0 AND 3),    -- enum content_trouble
    pages       BIGINT NOT NULL,        -- 0 not known
    pdf         BLOB,                   -- content it was turned into; NULL none
    picture     BLOB,                   -- content with the picture of its first page; NULL none
    reason      TEXT NOT NULL,          -- why it was refused: a sentence with advice; '' it was not
    finding     TEXT NOT NULL,          -- what the virus scanner calls it; '' nothing
    signatures  BIGINT NOT NULL,        -- number of the scanner's database that looked last; 0 none
    tries       BIGINT NOT NULL,        -- that failed since it was due first
    due_at      BIGINT,                 -- UTC seconds when it is to be worked on; NULL nothing to do
    arrived_at  BIGINT NOT NULL,        -- UTC seconds
    scanned_at  BIGINT NOT NULL,        -- UTC seconds; 0 not yet
    changed_at  BIGINT NOT NULL,        -- UTC seconds of its last state
    PRIMARY KEY (sha256)
) CLUSTERED;
CREATE INDEX content_due ON content (due_at, arrived_at) WHERE due_at IS NOT NULL;
CREATE INDEX content_trouble ON content (trouble, changed_at) WHERE trouble <> 0;

CREATE TABLE paper_document (
    owner       BIGINT NOT NULL,        -- dossier or draft
    paper       TEXT NOT NULL,          -- id of the paper in the procedure package
    round       BIGINT NOT NULL,        -- 0 with the submission, n with the nth supplement
    state       BIGINT NOT NULL CHECK (state BETWEEN 0 AND 2),  -- enum document_state
    sha256      BLOB,                   -- the PDF that was made of the files; NULL none
    pages       BIGINT NOT NULL,        -- of the PDF
    reason      TEXT NOT NULL,          -- why there is none: a sentence with advice; ''
    failed      BIGINT NOT NULL CHECK (failed IN (0, 1)),       -- 1: it was given up
    tries       BIGINT NOT NULL,        -- that failed since it was due first
    due_at      BIGINT,                 -- UTC seconds when it is to be made; NULL nothing to do
    changed_at  BIGINT NOT NULL,        -- UTC seconds of its last state
    PRIMARY KEY (owner, paper, round)
) CLUSTERED;
CREATE INDEX paper_document_due ON paper_document (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX paper_document_failed ON paper_document (changed_at) WHERE failed = 1;

-- What was handed in before: to be looked at, the newest last.
INSERT INTO content (sha256, size, mime, made, state, scan, trouble, pages, reason, finding, signatures,
                     tries, due_at, arrived_at, scanned_at, changed_at)
    SELECT sha256, max(size), max(mime), 0, 0, 0, 0, 0, '', '', 0, 0, min(added_at), min(added_at), 0,
           min(added_at)
    FROM paper_file GROUP BY sha256;
INSERT INTO paper_document (owner, paper, round, state, pages, reason, failed, tries, due_at, changed_at)
    SELECT owner, paper, round, 0, 0, '', 0, 0, min(added_at), min(added_at)
    FROM paper_file WHERE paper <> '' AND replaced = 0 AND mime <> 'application/pdf'
    GROUP BY owner, paper, round;
