-- Files of the catalogue folder that are read whole: the calendar of public offices and the rules
-- that a decree can change.  Imported by `motcua init`, edited on the administrator's pages.
CREATE TABLE site_document (
    name        TEXT PRIMARY KEY,   -- calendar.yaml, rules.yaml
    content     TEXT NOT NULL,      -- the file, checked before it is stored
    sha256      TEXT NOT NULL,      -- 64 hex digits of the content
    generation  ID64 NOT NULL,      -- counts changes: servers load it anew when it moved
    changed_at  ID64 NOT NULL,      -- UTC seconds
    changed_by  ID64 NOT NULL       -- account; 0: a command
) STRICT;
