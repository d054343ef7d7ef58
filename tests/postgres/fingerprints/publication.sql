CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
CREATE PUBLICATION p FOR TABLE orders;

---- differences
-- publication p was left behind
