CREATE TABLE t (a int CONSTRAINT once UNIQUE);

---- change
ALTER TABLE t DROP CONSTRAINT once; ALTER TABLE t ADD CONSTRAINT once UNIQUE (a) DEFERRABLE;

---- differences
-- constraint t.once changed from UNIQUE (a) to UNIQUE (a) DEFERRABLE
