CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
ALTER TABLE orders ALTER COLUMN total TYPE numeric(12,2);

---- differences
-- column orders.total changed from numeric(10,2) to numeric(12,2)
