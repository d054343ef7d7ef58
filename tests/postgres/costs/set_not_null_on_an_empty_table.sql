-- locks: ACCESS EXCLUSIVE on empty
-- rewrites:
-- scans: empty
-- rows: 0
ALTER TABLE empty ALTER COLUMN a SET NOT NULL;
