ALTER TABLE orders DROP CONSTRAINT orders_total_check, DROP CONSTRAINT orders_ref_key;
DROP TABLE IF EXISTS orders;
