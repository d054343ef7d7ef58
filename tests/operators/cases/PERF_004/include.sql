CREATE INDEX orders_idx ON orders USING btree (customer_id) INCLUDE (total, state);
