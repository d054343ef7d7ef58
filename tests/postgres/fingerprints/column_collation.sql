CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
ALTER TABLE orders ALTER COLUMN status TYPE text COLLATE "C";

---- differences
-- column orders.status changed from text NOT NULL DEFAULT 'new'::text to text NOT NULL DEFAULT 'new'::text COLLATE "C"
