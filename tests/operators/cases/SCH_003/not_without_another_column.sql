CREATE TABLE notes (id bigint PRIMARY KEY, body text, at timestamptz, FOREIGN KEY (body) REFERENCES texts (body));
CREATE INDEX notes_idx ON notes (id, body);
CREATE TABLE lines (note_id bigint, kind text, FOREIGN KEY (note_id, kind) REFERENCES headings (note_id, kind));
