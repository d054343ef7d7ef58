CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));
CREATE INDEX orders_total_idx ON orders (total); COMMENT ON COLUMN orders.total IS 'x'; GRANT SELECT ON orders TO PUBLIC;
INSERT INTO orders VALUES (1);

---- change
DROP TABLE orders;

---- differences
-- table orders was lost
