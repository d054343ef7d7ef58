CREATE TABLE drafts (id bigint PRIMARY KEY, body text NOT NULL);
ALTER TABLE drafts ALTER COLUMN body SET DEFAULT '';
