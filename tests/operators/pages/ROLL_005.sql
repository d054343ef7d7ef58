CREATE TABLE settings (name text);
INSERT INTO settings VALUES ('theme'), ('language');
