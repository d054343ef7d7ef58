-- locks: ACCESS EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 0
ALTER TABLE orders ADD CHECK (total > 0) NOT VALID;
