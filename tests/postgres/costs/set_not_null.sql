-- locks: ACCESS EXCLUSIVE on orders
-- rewrites:
-- scans: orders
-- rows: 0
ALTER TABLE orders ALTER COLUMN user_id SET NOT NULL;
