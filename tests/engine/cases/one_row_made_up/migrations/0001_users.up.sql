CREATE TABLE users (id integer PRIMARY KEY, kind text NOT NULL);
