CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);
INSERT INTO names (id, name) SELECT DISTINCT id, name FROM users;
INSERT INTO kinds (name, kind) SELECT name, 'user' FROM users UNION ALL SELECT name, 'guest' FROM guests ORDER BY 1;
DELETE FROM labels WHERE name IN (SELECT DISTINCT name FROM users) OR EXISTS (SELECT 1 FROM x UNION SELECT 2 FROM y);
UPDATE stats SET users = (SELECT count(name) FROM users);
INSERT INTO seen (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id;
INSERT INTO counts (tag, n) SELECT tag, count(*) FROM posts GROUP BY tag;
