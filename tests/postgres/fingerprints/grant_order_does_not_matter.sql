CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2)); GRANT SELECT ON orders TO PUBLIC; GRANT INSERT ON orders TO pg_monitor;

---- change
REVOKE ALL ON orders FROM PUBLIC, pg_monitor; GRANT INSERT ON orders TO pg_monitor; GRANT SELECT ON orders TO PUBLIC;

---- differences
