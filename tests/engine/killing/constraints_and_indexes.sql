CREATE TABLE customers (id int PRIMARY KEY, email text, CONSTRAINT old CHECK (id > 0));
CREATE SCHEMA audit;
-- migration
CREATE TABLE audit.orders (
    id int PRIMARY KEY,
    customer_id int REFERENCES customers (id) ON DELETE CASCADE,
    status text CHECK (status IN ('new', 'paid'))
);
ALTER TABLE customers DROP CONSTRAINT old;
CREATE UNIQUE INDEX customers_email_idx ON customers (lower(email)) WHERE email LIKE '%@%';
CREATE INDEX orders_status_idx ON audit.orders (status, id);
