-- Help at a person's home: who helps with which draft, what the person confirmed, and how it ended.  No name, number or address of the
-- person stands here: those are the draft's.
CREATE TABLE assist (
    draft           ID64 PRIMARY KEY,       -- of draft; opaque here
    helper          BIGINT NOT NULL,        -- account
    unit            BIGINT NOT NULL,        -- the helper's agency
    began_at        BIGINT NOT NULL,        -- UTC seconds
    sends           BIGINT NOT NULL,        -- codes and links made so far
    link            TEXT,                   -- SHA-256 of what the address of the summary holds, hex; NULL none
    code            TEXT NOT NULL,          -- keyed hash of the code that is waited for; '' none
    told            TEXT NOT NULL,          -- where it went, masked; '' nowhere
    asked_way       BIGINT NOT NULL,        -- enum assist_way of the link or code
    asked           TEXT NOT NULL,          -- SHA-256 of what they are about, hex
    asked_at        BIGINT NOT NULL,        -- UTC seconds
    tries           BIGINT NOT NULL,        -- wrong ones; five end it
    way             BIGINT NOT NULL,        -- how the person confirmed; 0 not
    confirmed       TEXT NOT NULL,          -- SHA-256 of what was confirmed, hex; '' nothing
    confirmed_at    BIGINT NOT NULL,        -- UTC seconds
    signature       TEXT NOT NULL,          -- content of the signature, SHA-256 hex; '' none
    ended_at        BIGINT NOT NULL,        -- UTC seconds; 0 not yet
    dossier         BIGINT NOT NULL         -- id; 0 it was given up
) STRICT;
CREATE UNIQUE INDEX assist_by_link ON assist (link);
CREATE INDEX assist_by_helper ON assist (helper, began_at);
CREATE INDEX assist_by_end ON assist (ended_at, began_at);

CREATE VIEW v_assist AS SELECT draft, helper, unit, began_at, ended_at, dossier FROM assist;
