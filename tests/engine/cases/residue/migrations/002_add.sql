ALTER TABLE users ADD COLUMN age int;
CREATE INDEX users_email_idx ON users (email);
