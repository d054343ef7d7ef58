BEGIN;
DROP INDEX orders_idx;
COMMIT;
SET lock_timeout = '1s';
