-- The digitisation desk: batches of scans, their pages, the documents they are cut into, what each
-- document says, and the samples that control it.  Officers who could receive may digitise at once.

CREATE TABLE scan_batch (
    id          ID64 PRIMARY KEY,
    code        TEXT NOT NULL UNIQUE,   -- eight letters and digits: its name in addresses and on screen
    unit        BIGINT NOT NULL,        -- agency whose desk it is
    type        TEXT NOT NULL,          -- register: id of its documents' type; '' papers of dossiers
    title       TEXT NOT NULL,          -- "Sổ khai sinh 1998, quyển 2"; '' none
    source      BIGINT NOT NULL CHECK (source IN (1, 2)),   -- 1 sent by a browser, 2 a scanner's folder
    keyings     BIGINT NOT NULL CHECK (keyings IN (1, 2)),  -- 2: two officers key independently
    share       BIGINT NOT NULL CHECK (share BETWEEN 0 AND 1000),   -- per mille of documents in the sample
    seed        BIGINT NOT NULL,        -- of the sample: the same seed draws the same documents
    state       BIGINT NOT NULL CHECK (state BETWEEN 1 AND 5),  -- enum scan_state
    reason      TEXT NOT NULL,          -- why it was refused: a sentence of the program; '' none
    files       BIGINT NOT NULL,
    pages       BIGINT NOT NULL,        -- 0 before it is split
    documents   BIGINT NOT NULL,
    unfinished  BIGINT NOT NULL,        -- documents that are not finished
    tries       BIGINT NOT NULL,        -- how often splitting failed by our own fault
    after       BIGINT NOT NULL,        -- not before: UTC seconds of the next try
    version     BIGINT NOT NULL,        -- of its pages and documents: who saw an older one is refused
    created_by  BIGINT NOT NULL,        -- account; 0: the scanner's folder
    created_at  BIGINT NOT NULL,        -- UTC seconds, as every ..._at
    split_at    BIGINT NOT NULL,
    closed_at   BIGINT NOT NULL         -- all documents are finished; 0 open
) STRICT;
CREATE INDEX scan_batch_by_unit ON scan_batch (unit, id);
CREATE INDEX scan_batch_waiting ON scan_batch (after, id) WHERE state = 1;

CREATE TABLE scan_file (
    batch       BIGINT NOT NULL,
    seq         BIGINT NOT NULL,        -- 1, 2, ... as they came
    name        TEXT NOT NULL,          -- as sent, tidied, without a path
    mime        TEXT NOT NULL,          -- by content
    sha256      BLOB NOT NULL,          -- 32 bytes; in hex, its name in the store
    size        BIGINT NOT NULL,        -- bytes
    pages       BIGINT NOT NULL,        -- 0 before it is split
    PRIMARY KEY (batch, seq)
) CLUSTERED;

CREATE TABLE scan_page (
    batch       BIGINT NOT NULL,
    page        BIGINT NOT NULL,        -- 1, 2, ... over all files: its name in addresses, never changes
    file        BIGINT NOT NULL,        -- scan_file.seq
    at          BIGINT NOT NULL,        -- page of that file, from 1
    document    BIGINT NOT NULL,        -- scan_document.seq; 0 none (a sheet)
    place       BIGINT NOT NULL,        -- order within the document
    turn        BIGINT NOT NULL CHECK (turn IN (0, 90, 180, 270)),  -- clockwise, as the officer turned it
    state       BIGINT NOT NULL CHECK (state BETWEEN 1 AND 4),  -- enum scan_page_state
    code        TEXT NOT NULL,          -- the QR code's text; '' none
    ink         BIGINT NOT NULL,        -- dark points in 100,000: what made it blank
    picture     BLOB NOT NULL,          -- 32 bytes: its picture for the screen in the store
    PRIMARY KEY (batch, page)
) CLUSTERED;

CREATE TABLE scan_document (
    batch       BIGINT NOT NULL,
    seq         BIGINT NOT NULL,        -- 1, 2, ...: its name in addresses, never changes
    state       BIGINT NOT NULL CHECK (state BETWEEN 1 AND 6),  -- enum scan_document_state
    code        TEXT NOT NULL,          -- code of a dossier that was read or chosen; '' none
    dossier     BIGINT NOT NULL,        -- once it is known and reached; 0
    paper       TEXT NOT NULL,          -- id of the paper in the dossier's package; '' none
    type        TEXT NOT NULL,          -- id in paper-types.yaml; '' none: general fields
    form        BIGINT NOT NULL,        -- enum paper_form: what lay on the glass
    was_read    BIGINT NOT NULL CHECK (was_read IN (0, 1, 2)),  -- proposals: 0 to come, 1 there, 2 impossible
    after       BIGINT NOT NULL,        -- not before: UTC seconds of the next try to read it
    first_by    BIGINT NOT NULL,        -- account that keyed first (or confirmed); 0 nobody yet
    first_at    BIGINT NOT NULL,
    second_by   BIGINT NOT NULL,        -- double keying: the second
    second_at   BIGINT NOT NULL,
    decided_by  BIGINT NOT NULL,        -- who verified: the second when both agree, else a third
    decided_at  BIGINT NOT NULL,
    attached_by BIGINT NOT NULL,        -- who attached or accepted it
    attached_at BIGINT NOT NULL,
    file        BIGINT NOT NULL,        -- paper_file.seq of the dossier; 0 none
    content     BLOB NOT NULL,          -- 32 bytes: the digital copy in the store; X'' none yet
    size        BIGINT NOT NULL,        -- of the digital copy
    signed      BIGINT NOT NULL CHECK (signed IN (0, 1)),   -- by the officer's key
    sample      BIGINT NOT NULL CHECK (sample BETWEEN 0 AND 3), -- enum scan_sample
    wrong       BIGINT NOT NULL,        -- sample: fields that were wrong
    sampled_by  BIGINT NOT NULL,
    sampled_at  BIGINT NOT NULL,
    PRIMARY KEY (batch, seq)
) CLUSTERED;
CREATE INDEX scan_document_to_read ON scan_document (after, batch, seq) WHERE was_read = 0;
CREATE INDEX scan_document_by_dossier ON scan_document (dossier) WHERE dossier <> 0;

CREATE TABLE scan_field (
    batch       BIGINT NOT NULL,
    document    BIGINT NOT NULL,        -- scan_document.seq
    field       TEXT NOT NULL,          -- id of the fact in paper-types.yaml, or a general one
    proposal    TEXT NOT NULL,          -- what was read; '' nothing
    confidence  BIGINT NOT NULL,        -- 0..100
    first_value TEXT NOT NULL,          -- as keyed first; '' not yet, or empty
    second_value TEXT NOT NULL,         -- as keyed by the second officer
    value       TEXT NOT NULL,          -- the confirmed one
    PRIMARY KEY (batch, document, field)
) CLUSTERED;

-- What an agency is to reach; without a row the aims of catalogue/digitise.yaml hold.
CREATE TABLE digitise_target (
    unit        BIGINT NOT NULL,
    year        BIGINT NOT NULL,
    aim         BIGINT NOT NULL CHECK (aim BETWEEN 0 AND 100),  -- per cent of its results
    set_by      BIGINT NOT NULL,
    set_at      BIGINT NOT NULL,
    PRIMARY KEY (unit, year)
) CLUSTERED;

-- A new permission (bit 18) for roles that receive (bit 6) or keep the archive (role 4), as a fresh
-- reckoning of reach would give it.
UPDATE reach SET perms = perms + 262144
    WHERE (perms & 262144) = 0
      AND ((perms & 64) <> 0 OR account IN (SELECT account FROM agency_role WHERE role = 4));
UPDATE account SET perms = perms + 262144
    WHERE (perms & 262144) = 0
      AND ((perms & 64) <> 0 OR id IN (SELECT account FROM agency_role WHERE role = 4));
