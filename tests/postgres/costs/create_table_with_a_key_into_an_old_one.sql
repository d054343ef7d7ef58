-- locks: SHARE ROW EXCLUSIVE on users
-- rewrites:
-- scans:
-- rows: 0
CREATE TABLE fresh (user_id int REFERENCES users);
