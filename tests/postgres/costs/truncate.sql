-- locks: ACCESS EXCLUSIVE on app.events
-- rewrites:
-- scans:
-- rows: 0
TRUNCATE app.events;
