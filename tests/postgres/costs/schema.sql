-- What every case finds: tables with rows, one without, keys between them.
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, age int);
CREATE TABLE orders (id int PRIMARY KEY, user_id int, status text, total int, short varchar(10), note text);
CREATE TABLE empty (a int);
CREATE SCHEMA app;
CREATE TABLE app.events (id int PRIMARY KEY, kind text);
CREATE INDEX orders_status_idx ON orders (status);
CREATE MATERIALIZED VIEW totals AS SELECT 1 AS id, 2 AS total;
CREATE UNIQUE INDEX ON totals (id);
ALTER TABLE orders ADD CONSTRAINT later CHECK (total >= 0) NOT VALID;
INSERT INTO users SELECT g, 'user' || g, g FROM generate_series(1, 50) AS g;
INSERT INTO orders SELECT g, g, 'new', g, 'x', 'n' FROM generate_series(1, 50) AS g;
INSERT INTO app.events SELECT g, 'k' FROM generate_series(1, 50) AS g;
