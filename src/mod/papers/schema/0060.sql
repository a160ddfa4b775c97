-- Who handed a content in first, and whose photos a document is made of: the queue is served in turns by account, so that
-- one account with thousands of files holds nobody else up.  0: what was there before, what the program itself put in.

ALTER TABLE content ADD COLUMN account BIGINT NOT NULL DEFAULT 0;
CREATE INDEX content_due_account ON content (account, due_at) WHERE due_at IS NOT NULL;

ALTER TABLE paper_document ADD COLUMN account BIGINT NOT NULL DEFAULT 0;
CREATE INDEX paper_document_due_account ON paper_document (account, due_at) WHERE due_at IS NOT NULL;
