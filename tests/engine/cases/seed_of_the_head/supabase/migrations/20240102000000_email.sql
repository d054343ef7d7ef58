ALTER TABLE users ADD COLUMN email text;
UPDATE users SET email = name || '@example.org' WHERE name IS NOT NULL;
