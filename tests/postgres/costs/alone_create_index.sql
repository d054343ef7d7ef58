-- locks: SHARE on orders
-- rewrites:
-- scans: orders
-- rows: 0
CREATE INDEX ON orders (total);
