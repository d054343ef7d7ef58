-- locks: SHARE ROW EXCLUSIVE on orders, SHARE ROW EXCLUSIVE on users
-- rewrites:
-- scans:
-- rows: 0
ALTER TABLE orders ADD FOREIGN KEY (user_id) REFERENCES users NOT VALID;
