-- locks:
-- rewrites:
-- scans:
-- rows: 0
CREATE TABLE fresh (a int);
