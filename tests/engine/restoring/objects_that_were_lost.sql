CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL DEFAULT '' UNIQUE, age int CHECK (age > 0));
CREATE TABLE empty_notes (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int REFERENCES users ON DELETE CASCADE);
CREATE TABLE empty_counts (id serial PRIMARY KEY);
CREATE INDEX users_age_idx ON users (age) WHERE age > 18;
CREATE VIEW adults AS SELECT id FROM users WHERE age > 18;
CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1';
-- up
DROP VIEW adults;
DROP TABLE empty_notes, empty_counts;
DROP INDEX users_age_idx;
DROP FUNCTION one();
ALTER TABLE users DROP CONSTRAINT users_email_key, ALTER COLUMN email DROP NOT NULL, ALTER COLUMN email DROP DEFAULT;
-- down
SELECT 1
