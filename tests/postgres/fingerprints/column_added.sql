CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
ALTER TABLE orders ADD COLUMN note text;

---- differences
-- column orders.note was left behind
