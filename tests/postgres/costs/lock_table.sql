-- locks: EXCLUSIVE on users
-- rewrites:
-- scans:
-- rows: 0
LOCK TABLE users IN EXCLUSIVE MODE;
