CREATE TABLE orders_new (id int);
ALTER TABLE orders_new RENAME TO orders;
CREATE INDEX CONCURRENTLY orders_id_idx ON public.orders (id); -- nobody can use it yet
DROP INDEX CONCURRENTLY orders_id_idx;
