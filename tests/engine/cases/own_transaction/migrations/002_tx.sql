BEGIN;
SET LOCAL lock_timeout = '1s';
ALTER TABLE users ADD COLUMN name text UNIQUE;
COMMIT;
