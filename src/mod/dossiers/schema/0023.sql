-- A dossier's rows lie together: every key begins with the dossier or holds it, keys of many rows are
-- bytes, and what nobody read is gone.  Rows are copied over; the events keep their chain of hashes.

DROP VIEW v_dossier;

-- The truth.  `hash` is bytes now; what was hashed is the text it was before, so old chains hold.
CREATE TABLE event_new (
    dossier     BIGINT NOT NULL,
    version     BIGINT NOT NULL,        -- of the dossier after it: 1, 2, ...
    id          BIGINT NOT NULL,        -- in order of time: the feed's cursor
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
    hash        BLOB NOT NULL,          -- SHA-256 over the hash before and this event, 32 bytes
    PRIMARY KEY (dossier, version)
) CLUSTERED;
INSERT INTO event_new (dossier, version, id, at, account, acting_for, unit, action, status, note,
                       ground, changes, data, hash)
    SELECT dossier, version, id, at, account, acting_for, unit, action, status, note, ground, changes,
           data, decode(hash, 'hex') FROM dossier_event ORDER BY dossier, version;
DROP TABLE dossier_event;
ALTER TABLE event_new RENAME TO dossier_event;
CREATE INDEX dossier_event_by_id ON dossier_event (id);

-- The row: as it was, but for the secret.  Finished ones of an officer are counted (officer_month),
-- so the index over agencies and moments is gone.
CREATE TABLE dossier_new (
    id              ID64 PRIMARY KEY,
    version         BIGINT NOT NULL,    -- number of events; a writer that read an older one is refused
    secret          BLOB NOT NULL,      -- keyed hash of the look-up secret, 32 bytes
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
INSERT INTO dossier_new (id, version, secret, code, procedure, procedure_version, case_id, payer,
        channel, account, received_unit, intake_unit, competent_unit, received_by, helper, applicant,
        owner, delivery, delivery_address, status, before, step, unit, holder, last_officer, last_step,
        submitted_at, accepted_at, limit_text, due_at, first_due, due_exact, due_provisional,
        extended_to, supplements, proposal, answer_due, paused, opinions_open, receipt, finished_at,
        returned_at, outcome, timing, result_number, result_signer, result_date, ground)
    SELECT id, version, decode(secret, 'hex'), code, procedure, procedure_version, case_id, payer,
        channel, account, received_unit, intake_unit, competent_unit, received_by, helper, applicant,
        owner, delivery, delivery_address, status, before, step, unit, holder, last_officer, last_step,
        submitted_at, accepted_at, limit_text, due_at, first_due, due_exact, due_provisional,
        extended_to, supplements, proposal, answer_due, paused, opinions_open, receipt, finished_at,
        returned_at, outcome, timing, result_number, result_signer, result_date, ground
    FROM dossier ORDER BY id;
DROP TABLE dossier;
ALTER TABLE dossier_new RENAME TO dossier;
CREATE INDEX dossier_by_unit ON dossier (unit, id);
CREATE INDEX dossier_by_account ON dossier (account, id) WHERE account <> 0;

-- What others may know of a dossier: whose it is and which agencies it concerns.
CREATE VIEW v_dossier AS SELECT id, code, account, received_unit, competent_unit, unit FROM dossier;

-- Names for search, folded, under each unit that may look: as said, and ("<ha thu thi nguyen") with
-- the words from the last to the first, so that "thu ha" finds her, too.
CREATE TABLE find_new (
    unit        BIGINT NOT NULL,
    fold        TEXT NOT NULL,          -- name without case and diacritics; '<' and its words backwards
    dossier     BIGINT NOT NULL,
    PRIMARY KEY (unit, fold, dossier)
) CLUSTERED;
INSERT INTO find_new (unit, fold, dossier)
    SELECT unit, fold, dossier FROM dossier_find ORDER BY unit, fold, dossier;
WITH RECURSIVE w (unit, dossier, rest, back) AS (
    SELECT unit, dossier, fold, '<' FROM dossier_find
    UNION ALL
    SELECT unit, dossier,
        CASE WHEN strpos(rest, ' ') = 0 THEN '' ELSE substr(rest, strpos(rest, ' ') + 1) END,
        '<' || CASE WHEN strpos(rest, ' ') = 0 THEN rest ELSE substr(rest, 1, strpos(rest, ' ') - 1) END
            || CASE WHEN back = '<' THEN '' ELSE ' ' || substr(back, 2) END
    FROM w WHERE rest <> '')
INSERT INTO find_new (unit, fold, dossier)
    SELECT DISTINCT unit, back, dossier FROM w WHERE rest = '' AND strpos(back, ' ') > 0;
DROP TABLE dossier_find;
ALTER TABLE find_new RENAME TO dossier_find;

CREATE TABLE code_seq_new (
    agency      TEXT NOT NULL,          -- code of the receiving agency
    day         BIGINT NOT NULL,        -- Vietnamese date, days since 1970-01-01
    last        BIGINT NOT NULL,        -- the last number given; moved in the transaction that uses it
    PRIMARY KEY (agency, day)
) CLUSTERED;
INSERT INTO code_seq_new (agency, day, last) SELECT agency, day, last FROM code_seq;
DROP TABLE code_seq;
ALTER TABLE code_seq_new RENAME TO code_seq;

-- --- parts of a dossier: narrow rows are clustered; answers, requests and opinions hold long texts,
-- which SQLite would put on pages of their own in a clustered table, and stay as they are ---

CREATE TABLE clock_stop_new (
    dossier     BIGINT NOT NULL,
    number      BIGINT NOT NULL,
    kind        BIGINT NOT NULL,        -- enum stop_kind of mod/deadlines
    name        TEXT NOT NULL,          -- supplement, fiscal, or the id of a package's stop
    basis       TEXT NOT NULL,          -- legal basis; never '' for a package's stop
    document    TEXT NOT NULL,          -- number of the document; '' none
    from_at     BIGINT NOT NULL,
    to_at       BIGINT NOT NULL,        -- 0 running
    PRIMARY KEY (dossier, number)
) CLUSTERED;
INSERT INTO clock_stop_new (dossier, number, kind, name, basis, document, from_at, to_at)
    SELECT dossier, number, kind, name, basis, document, from_at, to_at FROM clock_stop
    ORDER BY dossier, number;
DROP TABLE clock_stop;
ALTER TABLE clock_stop_new RENAME TO clock_stop;

CREATE TABLE dossier_fee_new (
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
) CLUSTERED;
INSERT INTO dossier_fee_new (dossier, fee, name, due, basis, amount, quantity, paid_at, receipt)
    SELECT dossier, fee, name, due, basis, amount, quantity, paid_at, receipt FROM dossier_fee
    ORDER BY dossier, fee;
DROP TABLE dossier_fee;
ALTER TABLE dossier_fee_new RENAME TO dossier_fee;

-- --- open work ---

CREATE TABLE task_new (
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
) CLUSTERED;
INSERT INTO task_new (dossier, seq, kind, unit, perm, account, step, waiting, status, procedure, channel,
                      received_at, created_at, due_at, budget_due, warned, warn_at)
    SELECT dossier, seq, kind, unit, perm, account, step, waiting, status, procedure, channel,
           received_at, created_at, due_at, budget_due, warned, warn_at FROM task ORDER BY dossier, seq;
DROP TABLE task;
ALTER TABLE task_new RENAME TO task;
CREATE INDEX task_by_due ON task (unit, due_at, dossier, seq, waiting, account);
CREATE INDEX task_by_received ON task (unit, received_at, dossier, seq);
CREATE INDEX task_received ON task (received_at, dossier, seq);
CREATE INDEX task_due ON task (due_at, dossier, seq);
CREATE INDEX task_by_account ON task (account, due_at, dossier, seq) WHERE account <> 0;
CREATE INDEX task_to_warn ON task (warn_at) WHERE warned < 3;

CREATE TABLE alarm_new (
    dossier     BIGINT NOT NULL,
    seq         BIGINT NOT NULL,        -- of the task
    kind        BIGINT NOT NULL,        -- enum alarm_kind
    level       BIGINT NOT NULL CHECK (level IN (1, 2)),    -- 1 the officer, 2 leader and administrator
    unit        BIGINT NOT NULL,
    account     BIGINT NOT NULL,        -- holder; 0 nobody
    raised_at   BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    PRIMARY KEY (dossier, seq, kind)
) CLUSTERED;
INSERT INTO alarm_new (dossier, seq, kind, level, unit, account, raised_at, due_at)
    SELECT dossier, seq, kind, level, unit, account, raised_at, due_at FROM alarm
    ORDER BY dossier, seq, kind;
DROP TABLE alarm;
ALTER TABLE alarm_new RENAME TO alarm;
-- Of an officer and of nobody; of a leader.
CREATE INDEX alarm_by_account ON alarm (account, unit, raised_at, dossier);
CREATE INDEX alarm_by_unit ON alarm (unit, level, raised_at, dossier);

-- What is told outside without being an event of a dossier: warnings.  The events themselves are
-- their own outbox: a reader follows dossier_event_by_id with a cursor (dossiers_feed()).
CREATE TABLE outbox_new (
    id          BIGINT NOT NULL,
    dossier     BIGINT NOT NULL,
    topic       TEXT NOT NULL,          -- warning
    action      BIGINT NOT NULL,        -- enum alarm_kind
    version     BIGINT NOT NULL,        -- of the dossier; 0 for a warning
    level       BIGINT NOT NULL,        -- warnings: 1 the officer, 2 the leader
    created_at  BIGINT NOT NULL,
    done_at     BIGINT NOT NULL,        -- 0 waiting
    PRIMARY KEY (id, dossier)
) CLUSTERED;
INSERT INTO outbox_new (id, dossier, topic, action, version, level, created_at, done_at)
    SELECT id, dossier, topic, action, version, level, created_at, done_at FROM outbox
    WHERE topic <> 'event' ORDER BY id;
DROP TABLE outbox;
ALTER TABLE outbox_new RENAME TO outbox;
CREATE INDEX outbox_waiting ON outbox (id) WHERE done_at = 0;

-- --- counters: moved in the transaction of what they count, a row a lane, summed by who reads, so
-- that lanes and servers never wait for each other.  `lane` is db_lane(): commands and this file 0 ---

-- Open work of a list: by who holds it (0 nobody), who may take it, and whose turn it is.
CREATE TABLE work_count (
    unit        BIGINT NOT NULL,
    account     BIGINT NOT NULL,        -- task.account
    perm        BIGINT NOT NULL,        -- task.perm
    waiting     BIGINT NOT NULL,        -- task.waiting
    lane        BIGINT NOT NULL,
    n           BIGINT NOT NULL,
    PRIMARY KEY (unit, account, perm, waiting, lane)
) CLUSTERED;
INSERT INTO work_count (unit, account, perm, waiting, lane, n)
    SELECT unit, account, perm, waiting, 0, count(*) FROM task GROUP BY unit, account, perm, waiting
    ORDER BY unit, account, perm, waiting;
DROP TABLE unit_status;

-- Statistics, with their sums: unit 0 is the city, procedure '' is all of them.
CREATE TABLE stat_month_new (
    unit        BIGINT NOT NULL,        -- competent agency; 0 all
    procedure   TEXT NOT NULL,          -- '' all
    month       BIGINT NOT NULL,        -- YYYYMM of Vietnam's calendar
    lane        BIGINT NOT NULL,
    submitted   BIGINT NOT NULL,
    online      BIGINT NOT NULL,        -- of them, online
    received    BIGINT NOT NULL,
    finished    BIGINT NOT NULL,
    early       BIGINT NOT NULL,
    on_time     BIGINT NOT NULL,
    late        BIGINT NOT NULL,
    PRIMARY KEY (unit, procedure, month, lane)
) CLUSTERED;
INSERT INTO stat_month_new (unit, month, procedure, lane, submitted, online, received, finished, early,
                            on_time, late)
    SELECT unit, month, procedure, 0, submitted, online, received, finished, early, on_time, late
        FROM stat_month
    UNION ALL SELECT unit, month, '', 0, sum(submitted), sum(online), sum(received), sum(finished),
        sum(early), sum(on_time), sum(late) FROM stat_month GROUP BY unit, month
    UNION ALL SELECT 0, month, procedure, 0, sum(submitted), sum(online), sum(received), sum(finished),
        sum(early), sum(on_time), sum(late) FROM stat_month GROUP BY month, procedure
    UNION ALL SELECT 0, month, '', 0, sum(submitted), sum(online), sum(received), sum(finished),
        sum(early), sum(on_time), sum(late) FROM stat_month GROUP BY month;
DROP TABLE stat_month;
ALTER TABLE stat_month_new RENAME TO stat_month;

-- How long it took: working days from acceptance to the result, a row a length.
CREATE TABLE stat_days_new (
    unit        BIGINT NOT NULL,        -- competent agency; 0 all
    procedure   TEXT NOT NULL,          -- '' all
    month       BIGINT NOT NULL,        -- of the result
    days        BIGINT NOT NULL,        -- working days, 0 the same day
    lane        BIGINT NOT NULL,
    n           BIGINT NOT NULL,
    PRIMARY KEY (unit, procedure, month, days, lane)
) CLUSTERED;
INSERT INTO stat_days_new (procedure, unit, month, days, lane, n)
    SELECT procedure, unit, month, days, 0, n FROM stat_days
    UNION ALL SELECT '', unit, month, days, 0, sum(n) FROM stat_days GROUP BY unit, month, days
    UNION ALL SELECT procedure, 0, month, days, 0, sum(n) FROM stat_days GROUP BY procedure, month, days
    UNION ALL SELECT '', 0, month, days, 0, sum(n) FROM stat_days GROUP BY month, days;
DROP TABLE stat_days;
ALTER TABLE stat_days_new RENAME TO stat_days;

-- What an officer finished: by the agency that decides and the month of the result.
CREATE TABLE officer_month (
    unit        BIGINT NOT NULL,        -- competent agency
    month       BIGINT NOT NULL,        -- YYYYMM of finished_at
    account     BIGINT NOT NULL,        -- dossier.last_officer; 0 nobody
    lane        BIGINT NOT NULL,
    finished    BIGINT NOT NULL,
    PRIMARY KEY (unit, month, account, lane)
) CLUSTERED;
-- The month of a moment, by whole numbers alone (days to a civil date, counted from 1 March of year 0).
INSERT INTO officer_month (unit, month, account, lane, finished)
    SELECT unit, (CASE WHEN mp < 10 THEN y ELSE y + 1 END) * 100 + CASE WHEN mp < 10 THEN mp + 3 ELSE mp - 9 END,
           account, 0, count(*)
    FROM (SELECT unit, account, y, (5 * doy + 2) / 153 AS mp
          FROM (SELECT unit, account, era * 400 + yoe AS y, doe - (365 * yoe + yoe / 4 - yoe / 100) AS doy
                FROM (SELECT unit, account, era, doe,
                             (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365 AS yoe
                      FROM (SELECT unit, account, z / 146097 AS era, z - z / 146097 * 146097 AS doe
                            FROM (SELECT competent_unit AS unit, last_officer AS account,
                                         (finished_at + 25200) / 86400 + 719468 AS z
                                  FROM dossier WHERE finished_at <> 0) s1) s2) s3) s4) s5
    GROUP BY unit, (CASE WHEN mp < 10 THEN y ELSE y + 1 END) * 100 + CASE WHEN mp < 10 THEN mp + 3 ELSE mp - 9 END,
             account;
