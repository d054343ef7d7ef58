CREATE TABLE users (id int PRIMARY KEY, name text);
-- seed
INSERT INTO users VALUES (1, 'Ann'), (2, NULL);
-- up
UPDATE users SET name = 'nobody' WHERE name IS NULL;
ALTER TABLE users ALTER COLUMN name SET NOT NULL;
-- down
