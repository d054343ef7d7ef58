CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
ALTER TABLE orders REPLICA IDENTITY FULL;

---- differences
-- table orders changed from TABLE to TABLE REPLICA IDENTITY f
