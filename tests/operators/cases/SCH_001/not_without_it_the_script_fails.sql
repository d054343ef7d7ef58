-- every key here is asked for further down
CREATE TABLE public.users (id bigint PRIMARY KEY, email text CONSTRAINT users_email UNIQUE, "Név" text UNIQUE);
CREATE UNIQUE INDEX users_login ON users (login);
INSERT INTO users (id, email) VALUES (1, 'a@example.org') ON CONFLICT (email) DO NOTHING;
ALTER TABLE posts ADD FOREIGN KEY (author) REFERENCES users;
ALTER TABLE users DROP CONSTRAINT "users_Név_key", ADD CONSTRAINT users_login_key UNIQUE USING INDEX users_login;
ALTER TABLE users DROP CONSTRAINT users_login_key;
ALTER TABLE posts DROP CONSTRAINT posts_author_fkey;
