CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
ALTER TABLE orders SET (fillfactor = 70);

---- differences
-- table orders changed from TABLE to TABLE WITH (fillfactor=70)
