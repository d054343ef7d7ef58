CREATE INDEX orders_user_id_idx ON orders (user_id);
COMMENT ON INDEX orders_user_id_idx IS 'built CONCURRENTLY';
REINDEX TABLE orders;
REFRESH MATERIALIZED VIEW sales;
ALTER TABLE events DETACH PARTITION events_2020;
DROP INDEX orders_idx;
