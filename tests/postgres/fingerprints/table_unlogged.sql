CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
ALTER TABLE orders SET UNLOGGED;

---- differences
-- table orders changed from TABLE to TABLE UNLOGGED
