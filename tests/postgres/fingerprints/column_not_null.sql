CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
ALTER TABLE orders ALTER COLUMN status DROP NOT NULL;

---- differences
-- column orders.status changed from text NOT NULL DEFAULT 'new'::text to text DEFAULT 'new'::text
