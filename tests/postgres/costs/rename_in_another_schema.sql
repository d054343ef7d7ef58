-- locks: ACCESS EXCLUSIVE on app.events
-- rewrites:
-- scans:
-- rows: 0
ALTER TABLE app.events RENAME COLUMN kind TO sort;
