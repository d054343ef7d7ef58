CREATE TABLE users (id int PRIMARY KEY);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
-- up
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE DOMAIN score AS int CHECK (VALUE >= 0);
CREATE SEQUENCE tickets;
ALTER TABLE users ADD COLUMN mood mood, ADD COLUMN score score, ADD CONSTRAINT positive CHECK (id > 0);
CREATE INDEX users_mood_idx ON users (mood);
CREATE VIEW moods AS SELECT mood FROM users;
CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON users USING (true);
CREATE TABLE "Notes" (user_id int REFERENCES users);
CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql AS 'SELECT 2 * x';
-- down
