-- migrate:up
DELETE FROM settings WHERE name = 'thème';
-- migrate:down
INSERT INTO settings (name, value) VALUES ('thème', 'dark');
