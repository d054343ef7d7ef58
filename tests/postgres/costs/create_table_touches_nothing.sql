-- locks:
-- rewrites:
-- scans:
-- rows: 0
CREATE TABLE fresh (id int PRIMARY KEY, a int CHECK (a > 0));
