-- The dossier and its truth, the events.

CREATE TABLE dossier (
    id              ID64 PRIMARY KEY,
    version         BIGINT NOT NULL,    -- number of events; a writer that read an older one is refused
    secret          TEXT NOT NULL,      -- keyed hash of the look-up secret, hex
    code            TEXT NOT NULL UNIQUE,   -- H26.117-261122-0001
    procedure       TEXT NOT NULL,      -- code of the procedure
    procedure_version BIGINT NOT NULL,  -- the one it was received under; never changes
    case_id         TEXT NOT NULL,      -- named case of the package
    payer           TEXT NOT NULL,      -- who pays, a word of the package; '' nobody special
    channel         BIGINT NOT NULL CHECK (channel IN (1, 2, 3)),   -- direct, online, postal
    account         BIGINT NOT NULL,    -- of the citizen; 0 none
    received_unit   BIGINT NOT NULL,    -- original receiving agency; kept through every reform
    intake_unit     BIGINT NOT NULL,    -- receives and hands over now
    competent_unit  BIGINT NOT NULL,    -- decides
    received_by     BIGINT NOT NULL,    -- account of the receiving officer; 0 not received yet
    helper          TEXT NOT NULL,      -- who helped the applicant; '' nobody
    applicant       TEXT NOT NULL,      -- name, as in party
    owner           TEXT NOT NULL,      -- name of the owner (chủ hồ sơ)
    delivery        BIGINT NOT NULL CHECK (delivery IN (1, 2, 3)),  -- desk, post, online
    delivery_address TEXT NOT NULL,     -- for the post; '' none
    status          BIGINT NOT NULL CHECK (status BETWEEN 1 AND 10),    -- national list TrangThaiHoSo
    before          BIGINT NOT NULL,    -- the status that 5 or 7 came from; 0 none
    step            TEXT NOT NULL,      -- id of the package's step; '' at intake and at the end
    unit            BIGINT NOT NULL,    -- where it lies now
    holder          BIGINT NOT NULL,    -- account of the officer; 0: on the unit's list
    last_officer    BIGINT NOT NULL,    -- who did the step before; 0 nobody
    last_step       TEXT NOT NULL,      -- which step that was; '' none
    submitted_at    BIGINT NOT NULL,    -- UTC seconds, as every ..._at
    accepted_at     BIGINT NOT NULL,    -- start of the clock; 0 not yet
    limit_text      TEXT NOT NULL,      -- the limit chosen at acceptance: 5wd
    due_at          BIGINT NOT NULL,    -- legal due moment with all stops; 0 none
    first_due       BIGINT NOT NULL,    -- the one printed on the first receipt
    due_exact       BIGINT NOT NULL CHECK (due_exact IN (0, 1)),    -- 1: due to the minute
    due_provisional BIGINT NOT NULL CHECK (due_provisional IN (0, 1)),  -- 1: beyond the known calendar
    extended_to     BIGINT NOT NULL,    -- the one re-appointment; 0 none
    supplements     BIGINT NOT NULL,    -- requests made to the applicant
    proposal        BIGINT NOT NULL,    -- number of a request that waits for the leader; 0 none
    answer_due      BIGINT NOT NULL,    -- the applicant's last moment in 5 and 6; 0 none
    paused          BIGINT NOT NULL CHECK (paused IN (0, 1)),   -- a stop with a legal basis runs
    opinions_open   BIGINT NOT NULL,    -- agencies still to answer
    receipt         BIGINT NOT NULL,    -- print of the receipt: 0 none, 1, after a correction 2 ...
    finished_at     BIGINT NOT NULL,    -- status 8 or 9; 0 not yet
    returned_at     BIGINT NOT NULL,    -- status 10; 0 not yet
    outcome         BIGINT NOT NULL,    -- 0 none, 1 granted, 2 refused, 3 withdrawn, 4 stopped
    timing          BIGINT NOT NULL,    -- 0 open or never received, 1 early, 2 on time, 3 late
    result_number   TEXT NOT NULL,      -- '' none
    result_signer   TEXT NOT NULL,      -- '' none
    result_date     BIGINT NOT NULL,    -- days since 1970-01-01; 0 none
    ground          TEXT NOT NULL       -- legal ground of a refusal or stop; '' none
) STRICT;
CREATE INDEX dossier_by_unit ON dossier (unit, id);
CREATE INDEX dossier_by_account ON dossier (account, id) WHERE account <> 0;
-- Finished ones of a leader's unit and month.
CREATE INDEX dossier_finished ON dossier (competent_unit, finished_at) WHERE finished_at <> 0;

CREATE TABLE dossier_event (
    id          ID64 PRIMARY KEY,       -- in order of time: the feed's cursor
    dossier     BIGINT NOT NULL REFERENCES dossier (id),
    version     BIGINT NOT NULL,        -- of the dossier after it: 1, 2, ...
    at          BIGINT NOT NULL,        -- UTC seconds
    account     BIGINT NOT NULL,        -- who did it; 0 the system
    acting_for  BIGINT NOT NULL,        -- the absent officer a stand-in acted for; 0 none
    unit        BIGINT NOT NULL,        -- in whose name: the unit that held it
    action      BIGINT NOT NULL,        -- enum action of mod/workflow
    status      BIGINT NOT NULL,        -- after it
    note        TEXT NOT NULL,          -- for the people concerned; '' none
    ground      TEXT NOT NULL,          -- legal ground; '' none
    changes     TEXT NOT NULL,          -- JSON {"field": [before, after]}
    data        TEXT NOT NULL,          -- JSON: what else belongs to the action; '{}' none
    hash        TEXT NOT NULL,          -- SHA-256 over the hash before and this event, hex
    UNIQUE (dossier, version)
) STRICT;

-- The last number given by an agency on a day; moved in the transaction that uses it.
CREATE TABLE code_seq (
    agency      TEXT NOT NULL,          -- code of the receiving agency
    day         BIGINT NOT NULL,        -- Vietnamese date, days since 1970-01-01
    last        BIGINT NOT NULL,
    PRIMARY KEY (agency, day)
) STRICT;

-- Names for search, folded, under each unit that may look.
CREATE TABLE dossier_find (
    unit        BIGINT NOT NULL,
    fold        TEXT NOT NULL,          -- name without case and diacritics
    dossier     BIGINT NOT NULL,
    PRIMARY KEY (unit, fold, dossier)
) STRICT;

-- To be told outside: notices, the national portal, web hooks.
CREATE TABLE outbox (
    id          ID64 PRIMARY KEY,
    dossier     BIGINT NOT NULL,
    topic       TEXT NOT NULL,          -- event, warning
    action      BIGINT NOT NULL,        -- enum action; of a warning: enum alarm_kind
    version     BIGINT NOT NULL,        -- of the dossier; 0 for a warning
    level       BIGINT NOT NULL,        -- warnings: 1 the officer, 2 the leader; 0 for events
    created_at  BIGINT NOT NULL,
    done_at     BIGINT NOT NULL         -- 0 waiting
) STRICT;
CREATE INDEX outbox_waiting ON outbox (id) WHERE done_at = 0;
