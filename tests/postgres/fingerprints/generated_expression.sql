CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) STORED);

---- change
ALTER TABLE t DROP COLUMN b; ALTER TABLE t ADD COLUMN b int GENERATED ALWAYS AS (a + 2) STORED;

---- differences
-- column t.b changed from integer GENERATED ALWAYS AS ((a + 1)) STORED to integer GENERATED ALWAYS AS ((a + 2)) STORED
