CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2)); CREATE INDEX i ON orders (status);

---- change
DROP INDEX i; CREATE INDEX i ON orders (status) WHERE total > 0;

---- differences
-- index i changed from CREATE INDEX i ON public.orders USING btree (status) to CREATE INDEX i ON public.orders USING btree (status) WHERE (total > (0)::numeric)
