INSERT INTO users VALUES (-1, 'a'), (-2, 'b');
UPDATE users SET email = 'c' WHERE id = -1;
