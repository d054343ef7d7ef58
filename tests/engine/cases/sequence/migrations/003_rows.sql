INSERT INTO notes (body) VALUES ('a'), ('b');
UPDATE notes SET body = 'c' WHERE id = 2 AND body = 'b';
