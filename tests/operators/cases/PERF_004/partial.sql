CREATE INDEX offene ON orders (customer_id) WHERE "geschlossen" IS NULL;
CREATE INDEX hashed ON orders USING hash (ref);
CREATE INDEX names ON customers (lower(name) varchar_pattern_ops) INCLUDE (id);
