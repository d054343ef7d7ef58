-- locks: ACCESS EXCLUSIVE on orders
-- rewrites: orders
-- scans: orders
-- rows: 0
ALTER TABLE orders ADD COLUMN twice int GENERATED ALWAYS AS (total * 2) STORED;
