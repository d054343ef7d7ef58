CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
CREATE STATISTICS s ON status, total FROM orders;

---- differences
-- statistics s was left behind
