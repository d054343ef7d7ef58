CREATE TABLE users (id int PRIMARY KEY, kind text NOT NULL CONSTRAINT one_kind UNIQUE);
