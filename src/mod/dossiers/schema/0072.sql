-- By which mandate a dossier was handed in, as it was then; what became of the mandate is asked of it.
CREATE TABLE dossier_mandate (
    dossier     BIGINT PRIMARY KEY,
    mandate     BIGINT NOT NULL,
    kind        BIGINT NOT NULL,        -- as mod/mandates has them: enum mandate_kind
    evidence    BIGINT NOT NULL,        -- enum mandate_evidence
    paper       TEXT NOT NULL,          -- number and day of the document; '' none
    scope       BIGINT NOT NULL,
    scope_of    TEXT NOT NULL,
    ends        BIGINT NOT NULL,        -- day; 0 without an end
    state       BIGINT NOT NULL,        -- 1 nobody had checked it yet, 2 confirmed
    at          BIGINT NOT NULL
) CLUSTERED;
CREATE INDEX dossier_mandate_by_mandate ON dossier_mandate (mandate, dossier);

ALTER TABLE draft ADD COLUMN mandate BIGINT NOT NULL DEFAULT 0;     -- by which it is filled in; 0 none

-- For who asks whether its mandate is in force: dossiers_mandate_sql.h.
CREATE VIEW v_dossier_mandate AS
    SELECT x.dossier, x.mandate, m.begins, m.ends, m.state
    FROM dossier_mandate x JOIN v_mandate m ON m.id = x.mandate;
