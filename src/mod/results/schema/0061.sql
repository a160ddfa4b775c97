-- What the public is told of a revocation, apart from what officers wrote about it; and why a result bears a number that is
-- no party's of its dossier.

ALTER TABLE result ADD COLUMN public_reason TEXT NOT NULL DEFAULT '';  -- of the list of reasons, as it was named; '' none
ALTER TABLE result ADD COLUMN holder_why TEXT NOT NULL DEFAULT '';     -- of that list; '' the number is a party's, or none
