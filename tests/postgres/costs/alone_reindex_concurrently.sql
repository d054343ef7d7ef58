-- locks: SHARE UPDATE EXCLUSIVE on orders
-- rewrites:
-- scans: orders
-- rows: 0
REINDEX TABLE CONCURRENTLY orders;
