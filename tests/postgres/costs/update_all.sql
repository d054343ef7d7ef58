-- locks: ROW EXCLUSIVE on orders
-- rewrites:
-- scans: orders
-- rows: 50
UPDATE orders SET total = total + 1;
