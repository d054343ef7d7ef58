CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2));

---- change
CREATE RULE quiet AS ON DELETE TO orders DO INSTEAD NOTHING;

---- differences
-- rule orders.quiet was left behind
