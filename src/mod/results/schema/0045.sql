-- What is issued: one row a result from the draft to the last day it holds, and the numbers of the books.
-- A row is never deleted here: a number that was taken stays in its book, whatever became of it.

CREATE TABLE result (
    id              ID64 PRIMARY KEY,
    version         BIGINT NOT NULL,    -- +1 with each change: what was on screen
    token           TEXT NOT NULL UNIQUE,   -- address of the public check, in the QR code; says nothing of the row
    state           BIGINT NOT NULL CHECK (state BETWEEN 1 AND 7),      -- enum result_state
    dossier         BIGINT NOT NULL,    -- 0 none
    code            TEXT NOT NULL,      -- of the dossier; '' none
    template        TEXT NOT NULL,      -- id of catalogue/results/<id>.yaml
    template_hash   TEXT NOT NULL,      -- SHA-256 of the template that was printed, hex; '' not yet
    type            TEXT NOT NULL,      -- paper type in the vault; '' none
    title           TEXT NOT NULL,      -- "Trích lục khai sinh (bản sao)"
    holder          TEXT NOT NULL,      -- whose paper it is
    holder_number   TEXT NOT NULL,      -- personal number or tax code; '' none
    facts           TEXT NOT NULL,      -- JSON object: the template's fields as filled
    scan            BLOB,               -- SHA-256 of the paper that a certified copy shows; NULL none
    agency          BIGINT NOT NULL,    -- who issues
    book            TEXT NOT NULL,      -- the agency's book that numbers it
    year            BIGINT NOT NULL,    -- of the book; 0: no number yet
    seq             BIGINT NOT NULL,    -- in the book, from 1 without a gap; 0: no number yet
    number          TEXT NOT NULL,      -- as printed: 12/TLKS-BS
    issued_on       BIGINT NOT NULL,    -- days since 1970-01-01; 0 not yet
    valid_to        BIGINT NOT NULL,    -- last day; 0 open
    signer          BIGINT NOT NULL,    -- account; 0 nobody yet
    signer_name     TEXT NOT NULL,
    signer_title    TEXT NOT NULL,      -- "Chủ tịch"
    content         BLOB,               -- SHA-256 of the signed file; NULL: not signed
    size            BIGINT NOT NULL,    -- of that file, bytes
    signatures      TEXT NOT NULL,      -- JSON array: by whom and when, as sign/ made them
    replaces        BIGINT NOT NULL,    -- the result that this one takes the place of; 0 none
    replaced_by     BIGINT NOT NULL,    -- the one that took its place; 0 none
    reason          TEXT NOT NULL,      -- of a revocation, a replacement, a number that was given up
    changed_by      BIGINT NOT NULL,    -- account of the last change of state; 0 the system
    changed_at      BIGINT NOT NULL,    -- UTC seconds
    prepared_by     BIGINT NOT NULL,    -- account
    prepared_at     BIGINT NOT NULL,    -- UTC seconds
    tries           BIGINT NOT NULL,    -- of signing
    try_at          BIGINT NOT NULL,    -- UTC seconds: signing is due, or leased to a server until then
    problem         TEXT NOT NULL       -- why the last try failed; '' none
) STRICT;
CREATE INDEX result_by_dossier ON result (dossier, id) WHERE dossier <> 0;
CREATE UNIQUE INDEX result_by_number ON result (agency, book, year, seq) WHERE seq <> 0;
CREATE UNIQUE INDEX result_by_content ON result (content) WHERE content IS NOT NULL;
CREATE INDEX result_to_sign ON result (try_at, id) WHERE state = 2;
CREATE INDEX result_to_expire ON result (valid_to, id) WHERE state = 3 AND valid_to <> 0;

-- The last number that was taken; numbers are taken in the write lane, never given back once committed.
CREATE TABLE result_number (
    agency          BIGINT NOT NULL,
    book            TEXT NOT NULL,
    year            BIGINT NOT NULL,
    last            BIGINT NOT NULL,
    PRIMARY KEY (agency, year, book)
) CLUSTERED;
