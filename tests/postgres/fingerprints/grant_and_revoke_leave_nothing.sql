CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
GRANT SELECT ON orders TO PUBLIC; REVOKE SELECT ON orders FROM PUBLIC;

---- differences
