-- Confidential dossiers (ADR 0047): beside reach, an officer is named to them or does not find them.

ALTER TABLE dossier ADD COLUMN confidential BIGINT NOT NULL DEFAULT 0;      -- 1 as its package says; part of its events
CREATE INDEX dossier_confidential ON dossier (id) WHERE confidential = 1;
ALTER TABLE task ADD COLUMN confidential BIGINT NOT NULL DEFAULT 0;         -- of the dossier; such work is in no work_count
DROP INDEX task_by_due;
CREATE INDEX task_by_due ON task (unit, due_at, dossier, seq, waiting, account, confidential);
CREATE INDEX task_confidential ON task (dossier, unit) WHERE confidential = 1;
-- 1: for who is named.  "Nobody has it", said to those above, is 0: it tells the code and nothing else.
ALTER TABLE alarm ADD COLUMN confidential BIGINT NOT NULL DEFAULT 0;
DROP INDEX alarm_by_account;
CREATE INDEX alarm_by_account ON alarm (account, unit, raised_at, dossier, confidential);
DROP INDEX alarm_by_unit;
CREATE INDEX alarm_by_unit ON alarm (unit, level, raised_at, dossier, confidential);

-- Who may read one: its holder and who holds an opinion of it, their stand-ins, the leader of the
-- agency that decides, readers of the package where nobody has it yet; and who a leader named.
CREATE TABLE dossier_named (
    dossier     BIGINT NOT NULL,
    account     BIGINT NOT NULL,
    how         BIGINT NOT NULL CHECK (how IN (1, 2)),  -- 1 by the work, reckoned anew with each event; 2 by a leader
    at          BIGINT NOT NULL,        -- UTC seconds
    PRIMARY KEY (dossier, account)
) CLUSTERED;
CREATE INDEX dossier_named_of ON dossier_named (account, dossier);
CREATE VIEW v_dossier_named AS SELECT dossier, account FROM dossier_named;

DROP VIEW v_dossier;
CREATE VIEW v_dossier AS
    SELECT id, code, account, received_unit, competent_unit, unit, confidential FROM dossier;
