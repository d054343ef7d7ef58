CREATE INDEX IF NOT EXISTS orders_idx ON orders (customer_id, created_at DESC, "État") WHERE closed_at IS NULL;
