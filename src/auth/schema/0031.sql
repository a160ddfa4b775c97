-- A citizen's personal number that somebody has checked: only then may dossiers that name it show
-- under the account, because anybody may register with any number.
ALTER TABLE account ADD COLUMN verified_at BIGINT NOT NULL DEFAULT 0;   -- UTC seconds; 0 not yet
