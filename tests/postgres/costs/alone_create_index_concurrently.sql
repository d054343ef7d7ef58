-- locks: SHARE UPDATE EXCLUSIVE on orders
-- rewrites:
-- scans: orders
-- rows: 0
CREATE INDEX CONCURRENTLY ON orders (total);
