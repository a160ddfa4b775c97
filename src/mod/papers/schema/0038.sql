-- The personal vault: papers that an officer accepted or an agency issued, and what is done with them.
-- `holder` is a person's number (12 digits) or an organisation's tax code, as the dossier names it;
-- `account` is who handed the paper in.  A person sees what carries the own *checked* number, and what
-- the own account handed in.

CREATE TABLE vault_item (
    holder      TEXT NOT NULL,          -- whose it is; '' a person without a number
    id          BIGINT NOT NULL,
    token       TEXT NOT NULL,          -- its name in addresses
    account     BIGINT NOT NULL,        -- handed it in; 0: at a counter, or issued
    type        TEXT NOT NULL,          -- of catalogue/paper-types.yaml
    number      TEXT NOT NULL,          -- '' none known
    issuer      TEXT NOT NULL,          -- '' not known
    issued_on   BIGINT NOT NULL,        -- day; 0 not known
    valid_from  BIGINT NOT NULL,        -- day
    valid_to    BIGINT NOT NULL,        -- last day; 0 without an end
    source      BIGINT NOT NULL CHECK (source BETWEEN 1 AND 3),     -- enum vault_source
    state       BIGINT NOT NULL CHECK (state BETWEEN 1 AND 5),      -- enum vault_state
    note        TEXT NOT NULL,          -- why it is no longer in force; ''
    replaced_by BIGINT NOT NULL,        -- id of the item in its place; 0 none
    ended_at    BIGINT NOT NULL,        -- UTC seconds of leaving force; 0 in force
    dossier     BIGINT NOT NULL,        -- that it was accepted or issued in
    paper       TEXT NOT NULL,          -- of that dossier; '' a result
    code        TEXT NOT NULL,          -- of that dossier, for a person to read
    unit        BIGINT NOT NULL,        -- agency that accepted or issued it
    accepted_by BIGINT NOT NULL,        -- account of the officer
    accepted_at BIGINT NOT NULL,        -- UTC seconds
    content     BLOB,                   -- SHA-256 in the store; NULL: seen at a counter, not kept
    mime        TEXT NOT NULL,
    file_name   TEXT NOT NULL,
    size        BIGINT NOT NULL,
    facts       TEXT NOT NULL,          -- JSON {fact: text} by the type's facts
    PRIMARY KEY (holder, id)
) CLUSTERED;
CREATE UNIQUE INDEX vault_item_by_id ON vault_item (id);
CREATE UNIQUE INDEX vault_item_by_token ON vault_item (token);
CREATE INDEX vault_item_by_account ON vault_item (account, id);
CREATE INDEX vault_item_by_dossier ON vault_item (dossier, paper, id);
CREATE INDEX vault_item_ending ON vault_item (valid_to) WHERE state = 1 AND valid_to > 0;

-- A held paper where one is asked for.  Of a draft: what the citizen chose (unit 0, counted nowhere);
-- of a dossier: that it could have been used when it was handed in, and whether it was.
CREATE TABLE vault_use (
    owner       BIGINT NOT NULL,        -- dossier or draft
    paper       TEXT NOT NULL,          -- id in the package
    item        BIGINT NOT NULL,        -- vault_item.id
    used        BIGINT NOT NULL CHECK (used IN (0, 1)),     -- 0: another was handed in
    unit        BIGINT NOT NULL,        -- where it is counted; 0 a draft
    month       BIGINT NOT NULL,        -- 202611
    at          BIGINT NOT NULL,        -- UTC seconds
    account     BIGINT NOT NULL,        -- who chose; 0 none
    PRIMARY KEY (owner, paper)
) CLUSTERED;
CREATE INDEX vault_use_by_item ON vault_use (item, owner);

-- Sums of vault_use by agency (0: the city), month and lane: who reads sums.
CREATE TABLE vault_count (
    unit        BIGINT NOT NULL,
    month       BIGINT NOT NULL,
    lane        BIGINT NOT NULL,        -- db_lane()
    dossiers    BIGINT NOT NULL,        -- that ask for something held
    spared      BIGINT NOT NULL,        -- ... in which nothing held was handed in again
    could       BIGINT NOT NULL,        -- papers asked for that were held
    reused      BIGINT NOT NULL,        -- ... and used
    PRIMARY KEY (unit, month, lane)
) CLUSTERED;

-- A link that shows one paper to whoever has it, until a day, for a purpose.
CREATE TABLE vault_share (
    id          ID64 PRIMARY KEY,
    key         BLOB NOT NULL UNIQUE,   -- SHA-256 of the token: the link itself is kept nowhere
    item        BIGINT NOT NULL,
    account     BIGINT NOT NULL,        -- who shares
    purpose     TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    expires_at  BIGINT NOT NULL,        -- UTC seconds
    revoked_at  BIGINT NOT NULL,        -- 0: holds
    opened      BIGINT NOT NULL,        -- times
    opened_at   BIGINT NOT NULL         -- last time; 0 never
) STRICT;
CREATE INDEX vault_share_by_item ON vault_share (item, id);

-- "This is wrong": said by the person, answered by the agency that accepted or issued it.
CREATE TABLE vault_report (
    id          ID64 PRIMARY KEY,
    item        BIGINT NOT NULL,
    unit        BIGINT NOT NULL,        -- who has to answer
    account     BIGINT NOT NULL,        -- who says so
    text        TEXT NOT NULL,
    at          BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,        -- 0: open
    answered_by BIGINT NOT NULL,
    answer      TEXT NOT NULL
) STRICT;
CREATE INDEX vault_report_by_item ON vault_report (item, id);
CREATE INDEX vault_report_open ON vault_report (unit, id) WHERE answered_at = 0;
