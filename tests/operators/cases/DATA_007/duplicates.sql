INSERT INTO tags (name) SELECT DISTINCT tag FROM app.posts; -- étiquettes
CREATE VIEW latest AS
  SELECT DISTINCT ON (user_id) user_id, total FROM orders ORDER BY user_id, placed_at DESC;
CREATE VIEW people AS SELECT name FROM users UNION SELECT name FROM guests;
CREATE TABLE all_people AS SELECT name FROM users UNION ALL SELECT name FROM guests;
INSERT INTO labels (name) SELECT DISTINCT name FROM users ON CONFLICT (name) DO NOTHING;
