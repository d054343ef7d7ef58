CREATE TABLE t (a int, CONSTRAINT positive CHECK (a > 0));

---- change
ALTER TABLE t DROP CONSTRAINT positive; ALTER TABLE t ADD CONSTRAINT positive CHECK (a > 0) NOT VALID;

---- differences
-- constraint t.positive changed from CHECK ((a > 0)) to CHECK ((a > 0)) NOT VALID
