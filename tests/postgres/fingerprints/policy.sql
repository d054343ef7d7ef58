CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2)); CREATE POLICY own ON orders USING (total > 0);

---- change
ALTER POLICY own ON orders USING (total > 1);

---- differences
-- policy orders.own changed from PERMISSIVE FOR ALL TO public USING ((total > (0)::numeric)) to PERMISSIVE FOR ALL TO public USING ((total > (1)::numeric))
