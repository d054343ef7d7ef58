CREATE TABLE orders (id int, created_at timestamptz);
CREATE INDEX orders_created_at_idx ON orders (created_at);
CREATE TABLE loyalty_entries (id int);
