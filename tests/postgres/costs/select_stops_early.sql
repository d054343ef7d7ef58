-- locks: ACCESS SHARE on orders
-- rewrites:
-- scans:
-- rows: 1
SELECT note FROM orders LIMIT 1;
