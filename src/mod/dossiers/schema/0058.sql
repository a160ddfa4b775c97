-- How much of what ends is digital: by agency and year, moved with the event that ends a dossier.

-- Which files are its result: others without a paper are replies and opinions.
ALTER TABLE paper_file ADD COLUMN result BIGINT NOT NULL DEFAULT 0;
-- Of earlier times only this is known: it names no paper, and was not sent by the applicant.
UPDATE paper_file SET result = 1
    WHERE paper = '' AND owner IN (SELECT d.id FROM dossier d WHERE d.result_number <> ''
                                   AND d.account <> paper_file.added_by);

-- Which dossiers hold a content: asked when something is wrong with it.
CREATE INDEX paper_file_by_content ON paper_file (sha256, owner);

CREATE TABLE digital_year (
    unit        BIGINT NOT NULL,        -- agency that decides
    year        BIGINT NOT NULL,        -- of the end, in Vietnam's calendar
    lane        BIGINT NOT NULL,        -- ADR 0024
    dossiers    BIGINT NOT NULL,        -- granted or refused, that came with papers
    dossiers_digital BIGINT NOT NULL,   -- of them, every paper is a file or was held already
    papers      BIGINT NOT NULL,        -- papers that were handed in
    papers_digital BIGINT NOT NULL,     -- of them with a file
    results     BIGINT NOT NULL,        -- granted
    results_digital BIGINT NOT NULL,    -- of them issued as a signed file, or digitised
    PRIMARY KEY (unit, year, lane)
) CLUSTERED;

-- What ended before this counter was there.
INSERT INTO digital_year (unit, year, lane, dossiers, dossiers_digital, papers, papers_digital,
                          results, results_digital)
    SELECT d.competent_unit, y.year, 0, sum(CASE WHEN coalesce(p.asked, 0) > 0 THEN 1 ELSE 0 END),
           sum(CASE WHEN p.asked = p.held + p.filed THEN 1 ELSE 0 END),
           sum(coalesce(p.asked - p.held, 0)), sum(coalesce(p.filed, 0)),
           sum(CASE WHEN d.outcome = 1 THEN 1 ELSE 0 END),
           sum(CASE WHEN d.outcome = 1 AND EXISTS (SELECT 1 FROM paper_file f WHERE f.owner = d.id
                    AND f.result = 1) THEN 1 ELSE 0 END)
    FROM dossier d
    JOIN (SELECT 2020 AS year, 1577811600 AS begins, 1609434000 AS ends
          UNION ALL SELECT 2021, 1609434000, 1640970000
          UNION ALL SELECT 2022, 1640970000, 1672506000
          UNION ALL SELECT 2023, 1672506000, 1704042000
          UNION ALL SELECT 2024, 1704042000, 1735664400
          UNION ALL SELECT 2025, 1735664400, 1767200400
          UNION ALL SELECT 2026, 1767200400, 1798736400
          UNION ALL SELECT 2027, 1798736400, 1830272400
          UNION ALL SELECT 2028, 1830272400, 1861894800
          UNION ALL SELECT 2029, 1861894800, 1893430800) y
        ON d.finished_at >= y.begins AND d.finished_at < y.ends
    LEFT JOIN (SELECT k.owner, count(*) AS asked, sum(CASE WHEN k.form = 5 THEN 1 ELSE 0 END) AS held,
                      sum(CASE WHEN k.form <> 5 AND EXISTS (SELECT 1 FROM paper_file f
                          WHERE f.owner = k.owner AND f.paper = k.paper AND f.replaced = 0)
                          THEN 1 ELSE 0 END) AS filed
               FROM paper k WHERE k.form <> 0 GROUP BY k.owner) p ON p.owner = d.id
    WHERE d.accepted_at <> 0 AND d.outcome IN (1, 2)
    GROUP BY y.year, d.competent_unit;
