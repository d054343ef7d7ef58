CREATE TABLE notes (id bigint PRIMARY KEY, at timestamptz DEFAULT now(), body text DEFAULT NULL);
ALTER TABLE notes ADD COLUMN "gelöscht" boolean DEFAULT false;
