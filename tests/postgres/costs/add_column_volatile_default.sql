-- locks: ACCESS EXCLUSIVE on orders
-- rewrites: orders
-- scans: orders
-- rows: 0
ALTER TABLE orders ADD COLUMN extra float8 DEFAULT random();
