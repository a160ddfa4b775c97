-- What a dossier consists of, beside its row.

CREATE TABLE dossier_answers (
    dossier     BIGINT NOT NULL,
    revision    BIGINT NOT NULL,        -- 1 as submitted; each supplement or correction one more
    answers     TEXT NOT NULL,          -- JSON by field id
    at          BIGINT NOT NULL,        -- UTC seconds
    account     BIGINT NOT NULL,        -- who wrote it
    PRIMARY KEY (dossier, revision)
) STRICT;

CREATE TABLE supplement (
    dossier     BIGINT NOT NULL,
    number      BIGINT NOT NULL,        -- 1, 2, ...
    state       BIGINT NOT NULL CHECK (state BETWEEN 1 AND 4),  -- proposed, asked, answered, dropped
    note        TEXT NOT NULL,          -- to the applicant
    defects     TEXT NOT NULL,          -- JSON array of {paper, field, reason, text}: all at once
    asked_at    BIGINT NOT NULL,        -- or proposed at
    asked_by    BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,        -- the applicant's last moment
    agreed_by   BIGINT NOT NULL,        -- leader; 0: none needed, or not yet
    answered_at BIGINT NOT NULL,        -- 0 not yet
    PRIMARY KEY (dossier, number)
) STRICT;

CREATE TABLE opinion (
    dossier     BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    unit        BIGINT NOT NULL,        -- who is asked
    question    TEXT NOT NULL,
    asked_at    BIGINT NOT NULL,
    asked_by    BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,        -- of the answer: the asked agency's own limit
    answer      TEXT NOT NULL,          -- '' not yet
    answered_at BIGINT NOT NULL,        -- 0 not yet
    answered_by BIGINT NOT NULL,
    PRIMARY KEY (dossier, number)
) STRICT;
CREATE INDEX opinion_open ON opinion (unit, dossier) WHERE answered_at = 0;

-- Spans that the clock leaves out.
CREATE TABLE clock_stop (
    dossier     BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    kind        BIGINT NOT NULL,        -- enum stop_kind of mod/deadlines
    name        TEXT NOT NULL,          -- supplement, fiscal, or the id of a package's stop
    basis       TEXT NOT NULL,          -- legal basis; never '' for a package's stop
    document    TEXT NOT NULL,          -- number of the document; '' none
    from_at     BIGINT NOT NULL,
    to_at       BIGINT NOT NULL,        -- 0 running
    PRIMARY KEY (dossier, number)
) STRICT;

CREATE TABLE dossier_fee (
    dossier     BIGINT NOT NULL,
    fee         TEXT NOT NULL,          -- id in the package; fiscal-1, fiscal-2 ... for obligations
    name        TEXT NOT NULL,
    due         TEXT NOT NULL,          -- intake, before_result, on_result
    basis       TEXT NOT NULL,
    amount      BIGINT NOT NULL,        -- whole đồng, of all units
    quantity    BIGINT NOT NULL,
    paid_at     BIGINT NOT NULL,        -- 0 not yet
    receipt     TEXT NOT NULL,          -- number of the receipt or notice; '' none
    PRIMARY KEY (dossier, fee)
) STRICT;

CREATE TABLE hand_over (
    dossier     ID64 PRIMARY KEY,
    to_name     TEXT NOT NULL,          -- who took the result
    to_number   TEXT NOT NULL,          -- personal number that was checked; '' not at the desk
    to_paper    TEXT NOT NULL,          -- by which paper identity was checked; parcel number by post
    at          BIGINT NOT NULL,
    by_account  BIGINT NOT NULL,
    delivery    BIGINT NOT NULL         -- 1 desk, 2 post, 3 online
) STRICT;

-- Open work only: a row goes when its work is done, the events keep what was.
CREATE TABLE task (
    dossier     BIGINT NOT NULL,
    seq         BIGINT NOT NULL,        -- 0 the dossier's own, -1 a further request to agree to, n the nth opinion
    kind        BIGINT NOT NULL,        -- enum task_kind
    unit        BIGINT NOT NULL,        -- on whose list
    perm        BIGINT NOT NULL,        -- bit of the permission that takes it
    account     BIGINT NOT NULL,        -- officer; 0 nobody yet
    step        TEXT NOT NULL,
    waiting     BIGINT NOT NULL CHECK (waiting IN (0, 1)),  -- 1: the applicant's turn
    status      BIGINT NOT NULL,        -- of the dossier
    procedure   TEXT NOT NULL,
    channel     BIGINT NOT NULL,
    received_at BIGINT NOT NULL,        -- acceptance, or submission before it: order "newest"
    created_at  BIGINT NOT NULL,        -- came onto this list
    due_at      BIGINT NOT NULL,        -- what the list sorts by; never 0
    budget_due  BIGINT NOT NULL,        -- inner target of the step; 0 none
    warned      BIGINT NOT NULL,        -- 0, 1 the officer, 2 the leader, 3 overdue was said
    warn_at     BIGINT NOT NULL,        -- when the job looks again
    PRIMARY KEY (dossier, seq)
) STRICT;
CREATE INDEX task_by_due ON task (unit, due_at, dossier, seq);
CREATE INDEX task_by_received ON task (unit, received_at, dossier, seq);
CREATE INDEX task_received ON task (received_at, dossier, seq);
CREATE INDEX task_due ON task (due_at, dossier, seq);
CREATE INDEX task_by_account ON task (account, due_at, dossier, seq) WHERE account <> 0;
CREATE INDEX task_to_warn ON task (warn_at) WHERE warned < 3;

CREATE TABLE alarm (
    dossier     BIGINT NOT NULL,
    seq         BIGINT NOT NULL,        -- of the task
    kind        BIGINT NOT NULL,        -- enum alarm_kind
    level       BIGINT NOT NULL CHECK (level IN (1, 2)),    -- 1 the officer, 2 leader and administrator
    unit        BIGINT NOT NULL,
    account     BIGINT NOT NULL,        -- holder; 0 nobody
    raised_at   BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    PRIMARY KEY (dossier, seq, kind)
) STRICT;
CREATE INDEX alarm_by_unit ON alarm (unit, level, raised_at);
