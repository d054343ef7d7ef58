-- locks: ROW EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 2
WITH changed AS (UPDATE orders SET total = 0 WHERE id < 3 RETURNING id) SELECT * FROM changed;
