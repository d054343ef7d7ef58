SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '30s';

-- confiture: budget scan=no
ALTER TABLE orders ADD CONSTRAINT orders_reference_key UNIQUE USING INDEX orders_reference_key;

-- With a valid CHECK to lean on, SET NOT NULL need not read the table under its lock.
ALTER TABLE orders ADD CONSTRAINT orders_reference_present CHECK (reference IS NOT NULL) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_reference_present;
-- confiture: budget scan=no
ALTER TABLE orders ALTER COLUMN reference SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT orders_reference_present;
