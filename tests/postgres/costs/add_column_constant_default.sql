-- locks: ACCESS EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 0
ALTER TABLE orders ADD COLUMN extra int NOT NULL DEFAULT 1;
