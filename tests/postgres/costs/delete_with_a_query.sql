-- locks: ACCESS SHARE on app.events, ROW EXCLUSIVE on orders
-- rewrites:
-- scans: app.events, orders
-- rows: 0
DELETE FROM orders WHERE note IN (SELECT kind FROM app.events);
