-- locks: SHARE UPDATE EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 0
DROP INDEX CONCURRENTLY orders_status_idx;
