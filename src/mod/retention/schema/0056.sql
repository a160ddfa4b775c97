-- A result that is no longer in force may lose its file with its dossier: the number stays in the book,
-- and the file's SHA-256, so that who has the paper can still be told whose number it is.
ALTER TABLE result ADD COLUMN destroyed_at BIGINT NOT NULL DEFAULT 0;   -- UTC seconds; 0 the file is there
