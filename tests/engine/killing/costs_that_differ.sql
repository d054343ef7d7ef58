CREATE TABLE orders (id int PRIMARY KEY, reference text, total numeric DEFAULT 0);
-- seed
INSERT INTO orders VALUES (1, 'A-1', 3), (2, 'A-2', 4);
-- migration
ALTER TABLE orders ADD CONSTRAINT orders_total_positive CHECK (total > 0) NOT VALID;
-- confiture: budget max=2s
ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT 'none';
CREATE INDEX orders_reference_idx ON orders (reference);
