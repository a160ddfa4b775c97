-- What a person's own copy of the data tells: the questions that were asked, the providers an account is joined with.
CREATE VIEW v_access_question AS
    SELECT id, asked_at, account, look, dossier, unit, question, due_at, answer, answered_at FROM access_question;
CREATE VIEW v_identity AS
    SELECT provider, account, linked_at FROM identity;
