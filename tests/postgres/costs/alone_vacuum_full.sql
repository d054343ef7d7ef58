-- locks: ACCESS EXCLUSIVE on orders
-- rewrites: orders
-- scans: orders
-- rows: 0
VACUUM FULL orders;
