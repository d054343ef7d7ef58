CREATE TABLE t (a bytea NOT NULL CHECK (octet_length(a) = 32), b text NOT NULL CHECK (char_length(b) = 36));

---- rows
-- t: 20

---- notes

---- holds
