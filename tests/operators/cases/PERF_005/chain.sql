SELECT pg_catalog.set_config('lock_timeout', '2s', false);
BEGIN;
UPDATE orders SET state = 'neuf' WHERE state IS NULL; -- première étape
COMMIT AND CHAIN;
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
COMMIT;
