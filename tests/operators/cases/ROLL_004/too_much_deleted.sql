-- migrate:up
INSERT INTO settings VALUES ('thème', NULL);
-- migrate:down
DELETE FROM settings WHERE name = 'thème' AND owner IS NULL;
