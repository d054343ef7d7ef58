-- locks: ACCESS EXCLUSIVE on orders
-- rewrites:
-- scans: orders
-- rows: 0
ALTER TABLE orders ADD UNIQUE (total);
