-- locks: ACCESS EXCLUSIVE on orders
-- rewrites: orders
-- scans: orders
-- rows: 0
ALTER TABLE orders ALTER COLUMN total TYPE bigint;
