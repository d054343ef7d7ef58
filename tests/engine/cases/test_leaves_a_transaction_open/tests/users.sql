BEGIN;
INSERT INTO users VALUES (1000, 'a@example.org');
SELECT count(*) = 1 FROM users WHERE id = 1000;
