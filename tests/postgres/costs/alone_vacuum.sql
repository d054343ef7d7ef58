-- locks: SHARE UPDATE EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 0
VACUUM orders;
