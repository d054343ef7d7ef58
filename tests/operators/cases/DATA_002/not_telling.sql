ALTER TABLE orders ADD COLUMN status text;
SELECT id FROM orders WHERE status IS NULL;
INSERT INTO labels (name) VALUES ('a');
INSERT INTO labels (name) SELECT 'b' LIMIT 1;
CREATE INDEX orders_open_idx ON orders (id) WHERE status = 'open';
CREATE TABLE empty_copy AS SELECT * FROM orders WHERE status = 'open' WITH NO DATA;
