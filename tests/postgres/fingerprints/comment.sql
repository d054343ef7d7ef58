CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2)); COMMENT ON COLUMN orders.total IS 'gross';

---- change
COMMENT ON COLUMN orders.total IS 'net';

---- differences
-- comment on column orders.total changed from gross to net
