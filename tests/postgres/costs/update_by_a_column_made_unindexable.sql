-- locks: ROW EXCLUSIVE on orders
-- rewrites:
-- scans: orders
-- rows: 0
UPDATE orders SET total = 2 WHERE status || '' = 'gone';
