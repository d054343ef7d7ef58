INSERT INTO scratch (id) VALUES (1), (2);
DROP TABLE scratch;
UPDATE users SET legacy_name = upper(name);
ALTER TABLE users DROP COLUMN legacy_name;
DELETE FROM old_orders WHERE paid;
DROP TABLE old_orders;
