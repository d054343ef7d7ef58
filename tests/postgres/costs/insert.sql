-- locks: ROW EXCLUSIVE on users
-- rewrites:
-- scans:
-- rows: 2
INSERT INTO users VALUES (100, 'x', 1), (101, 'y', 2);
