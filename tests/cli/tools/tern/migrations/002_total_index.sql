---- tern: disable-tx ----
CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);

---- create above / drop below ----

DROP INDEX orders_total_idx;
