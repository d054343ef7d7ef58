-- locks: SHARE UPDATE EXCLUSIVE on orders
-- rewrites:
-- scans: orders
-- rows: 0
ALTER TABLE orders VALIDATE CONSTRAINT later;
