CREATE TABLE tags (name text);
CREATE TABLE posts (id int, tag text);
INSERT INTO posts VALUES (1, 'sql'), (2, 'sql');
