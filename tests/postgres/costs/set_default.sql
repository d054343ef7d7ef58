-- locks: ACCESS EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 0
ALTER TABLE orders ALTER COLUMN total SET DEFAULT 3;
