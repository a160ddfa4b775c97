-- The people of a dossier lie with it.

CREATE TABLE party_new (
    owner           BIGINT NOT NULL,    -- the dossier
    seq             BIGINT NOT NULL,    -- 1, 2, ... in the order given
    role            BIGINT NOT NULL CHECK (role BETWEEN 1 AND 3),   -- enum party_role
    kind            BIGINT NOT NULL CHECK (kind IN (1, 2)),         -- 1 person, 2 organisation
    name            TEXT NOT NULL,
    personal_number TEXT NOT NULL,      -- 12 digits; '' none
    tax_code        TEXT NOT NULL,      -- 10 or 10-3 digits; '' none
    phone           TEXT NOT NULL,      -- 10 digits; '' none
    email           TEXT NOT NULL,      -- '' none
    address         TEXT NOT NULL,      -- '' none
    basis           TEXT NOT NULL,      -- on what a representative acts; '' for others
    basis_number    TEXT NOT NULL,      -- number and date of that document; '' none
    PRIMARY KEY (owner, seq)
) CLUSTERED;
INSERT INTO party_new (owner, seq, role, kind, name, personal_number, tax_code, phone, email, address,
                       basis, basis_number)
    SELECT owner, seq, role, kind, name, personal_number, tax_code, phone, email, address, basis,
           basis_number FROM party ORDER BY owner, seq;
DROP TABLE party;
ALTER TABLE party_new RENAME TO party;
-- Exact search by number or telephone; people without one take no room.
CREATE INDEX party_by_number ON party (personal_number, owner) WHERE personal_number <> '';
CREATE INDEX party_by_tax_code ON party (tax_code, owner) WHERE tax_code <> '';
CREATE INDEX party_by_phone ON party (phone, owner) WHERE phone <> '';
