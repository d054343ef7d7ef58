ALTER TABLE users ADD CONSTRAINT users_id_key UNIQUE (id), ADD UNIQUE (id, email);
CREATE UNIQUE INDEX users_email ON users (email, id) WHERE email <> '';
CREATE TEMPORARY TABLE batch (id bigint PRIMARY KEY);
CREATE TABLE staging (id bigint PRIMARY KEY, CHECK (id > 0));
CREATE TABLE IF NOT EXISTS users (id bigint PRIMARY KEY);
ALTER TABLE staging ADD UNIQUE (id);
DROP TABLE staging;
