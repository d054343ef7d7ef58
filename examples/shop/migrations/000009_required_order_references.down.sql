ALTER TABLE orders ALTER COLUMN reference DROP NOT NULL;
-- The constraint took the index of 000008 with it; that migration's down expects to find it.
ALTER TABLE orders DROP CONSTRAINT orders_reference_key;
CREATE UNIQUE INDEX orders_reference_key ON orders (reference);
