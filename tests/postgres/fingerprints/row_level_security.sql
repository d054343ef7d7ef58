CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
ALTER TABLE orders ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

---- differences
-- table orders changed from TABLE to TABLE ROW LEVEL SECURITY FORCED
