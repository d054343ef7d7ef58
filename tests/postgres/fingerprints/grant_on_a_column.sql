CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
GRANT UPDATE (total) ON orders TO pg_monitor WITH GRANT OPTION;

---- differences
-- grants on column orders.total was left behind
