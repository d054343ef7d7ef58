CREATE TABLE notes (id int, at timestamptz DEFAULT now());
ALTER TABLE notes ADD COLUMN n int DEFAULT 0;
