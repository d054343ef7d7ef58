-- locks: ACCESS EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 0
ALTER TABLE orders DROP COLUMN note;
