CREATE TABLE notes (id int);
CREATE INDEX CONCURRENTLY notes_idx ON notes (id);
