-- Numbers of the statutory forms that were printed: "Số: 12/TNHS".  A number is never given back: printing again says the same.

CREATE TABLE form_number (
    dossier         BIGINT NOT NULL,
    form            BIGINT NOT NULL,    -- enum form of mod/results: 0 receipt, 1 supplement, 2 refusal, 3 apology, 4 stop
    occurrence      BIGINT NOT NULL,    -- print of the receipt, number of the request; 1 where there can be one only
    agency          BIGINT NOT NULL,    -- whose series
    year            BIGINT NOT NULL,    -- of the day that the paper bears
    seq             BIGINT NOT NULL,    -- from 1 without a gap
    given_at        BIGINT NOT NULL,    -- UTC seconds
    PRIMARY KEY (dossier, form, occurrence)
) CLUSTERED;
CREATE UNIQUE INDEX form_number_by_series ON form_number (agency, form, year, seq);

-- The last number that was taken, by the write lane.
CREATE TABLE form_series (
    agency          BIGINT NOT NULL,
    form            BIGINT NOT NULL,
    year            BIGINT NOT NULL,
    last            BIGINT NOT NULL,
    PRIMARY KEY (agency, form, year)
) CLUSTERED;
