SET LOCAL lock_timeout = '2s';
SET statement_timeout TO 60000;
ALTER TABLE orders ADD COLUMN note text;
