CREATE TABLE orders (id int, state text);
CREATE INDEX orders_state_idx ON orders (state);
CREATE VIEW open_orders AS SELECT id FROM orders WHERE state = 'open';
