CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_user_id_idx ON shop.orders (user_id);
