-- locks: ACCESS EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 0
DROP INDEX orders_status_idx;
