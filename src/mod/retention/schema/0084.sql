-- Of a confidential dossier the archive knows that it is there: code, procedure and dates, nobody's name.
DROP VIEW v_retention_dossier;
CREATE VIEW v_retention_dossier AS
    SELECT d.id, d.code, d.procedure, d.procedure_version, d.competent_unit, d.status, d.outcome,
           d.submitted_at, CASE WHEN d.confidential = 1 THEN '' ELSE d.applicant END AS applicant,
           CASE WHEN d.confidential = 1 THEN '' ELSE d.owner END AS owner, d.result_date,
           d.confidential
    FROM dossier d;
