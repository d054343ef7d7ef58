CREATE TABLE staging (id int, name text);
INSERT INTO staging (id, name) VALUES (1, 'a');
COMMENT ON TABLE users IS 'people';
