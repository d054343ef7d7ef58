-- locks: ROW EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 1
UPDATE orders SET total = 2 WHERE id = 7;
