ALTER TABLE users ADD CONSTRAINT wide UNIQUE (id, email);
