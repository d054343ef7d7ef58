CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
ALTER TABLE orders OWNER TO pg_monitor;

---- differences
-- owner of table orders was left behind
