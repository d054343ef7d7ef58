CREATE INDEX open_orders ON orders (customer_id) WHERE total > 0;
CREATE TYPE point AS (x int, y int);
CREATE POLICY everyone ON posts USING (true);
