-- The journal of administration is read by who may see the agencies that it is about: which those
-- were is written down with the act.  None of the four is hashed; the city's auditors see every act
-- whatever stands here.
ALTER TABLE admin_event ADD COLUMN home BIGINT NOT NULL DEFAULT 0;  -- agency of who did it, then; 0 none
ALTER TABLE admin_event ADD COLUMN unit BIGINT NOT NULL DEFAULT 0;  -- of what it was done to; 0 none
ALTER TABLE admin_event ADD COLUMN also BIGINT NOT NULL DEFAULT 0;  -- another one it names; 0 none
ALTER TABLE admin_event ADD COLUMN object TEXT NOT NULL DEFAULT ''; -- login, code, file: sealed, to be searched; '' none
UPDATE admin_event SET home = coalesce((SELECT a.home_unit FROM account a WHERE a.id = admin_event.account), 0);
CREATE INDEX admin_event_by_account ON admin_event (account, id);
CREATE INDEX admin_event_by_object ON admin_event (object, id);
