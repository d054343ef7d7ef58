CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2)); CREATE INDEX orders_status_idx ON orders (status);

---- change
DROP INDEX orders_status_idx;

---- differences
-- index orders_status_idx was lost
