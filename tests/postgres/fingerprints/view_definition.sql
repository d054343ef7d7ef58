CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2)); CREATE VIEW open_orders AS SELECT id FROM orders WHERE status = 'new';

---- change
CREATE OR REPLACE VIEW open_orders AS SELECT id FROM orders;

---- differences
-- view open_orders changed from SELECT
