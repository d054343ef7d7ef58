CREATE TABLE notes (id bigint PRIMARY KEY, body text, at timestamptz, FOREIGN KEY (body) REFERENCES texts (body));
CREATE INDEX notes_idx ON notes (id, body);
