-- Which field (lĩnh vực) a procedure belongs to: that of its newest published version, as import says.  Roles may be limited to fields.
CREATE TABLE procedure_field (
    procedure       TEXT NOT NULL PRIMARY KEY,  -- national code: 1.001193
    field           TEXT NOT NULL               -- id of fields.yaml
) CLUSTERED;
CREATE INDEX procedure_field_by_field ON procedure_field (field, procedure);

-- What was imported before: the line `field: ID` of procedure.yaml, without quotes and remarks.
INSERT INTO procedure_field (procedure, field)
SELECT v.code, trim(replace(replace(replace(substr(l.line, 1, strpos(l.line || '#', '#') - 1), '"', ''), '''', ''), '
', ''))
FROM procedure_version v
JOIN (SELECT x.id, substr(x.rest, 1, strpos(x.rest || '
', '
') - 1) AS line FROM (SELECT p.id, substr('
' || p.yaml, strpos('
' || p.yaml, '
field:') + 7) AS rest FROM procedure_version p) x) l ON l.id = v.id
WHERE v.version = (SELECT max(w.version) FROM procedure_version w WHERE w.code = v.code
                   AND (w.state = 1 OR NOT EXISTS (SELECT 1 FROM procedure_version q WHERE q.code = v.code AND q.state = 1)));

CREATE VIEW v_procedure_field AS SELECT procedure, field FROM procedure_field;
