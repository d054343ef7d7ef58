CREATE INDEX orders_user_id_idx ON orders (user_id);
COMMENT ON INDEX orders_user_id_idx IS 'built CONCURRENTLY';
