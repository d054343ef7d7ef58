ALTER TABLE notes ADD COLUMN "körper" jsonb;
CREATE UNIQUE INDEX notes_body ON notes ("körper");
