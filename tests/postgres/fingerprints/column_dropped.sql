CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));
INSERT INTO orders VALUES (1, 'new', 2);

---- change
ALTER TABLE orders DROP COLUMN total;

---- differences
-- column orders.total was lost
