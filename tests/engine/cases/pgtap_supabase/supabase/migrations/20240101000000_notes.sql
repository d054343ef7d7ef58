CREATE SCHEMA IF NOT EXISTS extensions;
CREATE TABLE notes (id integer PRIMARY KEY, body text NOT NULL);
CREATE TABLE tags (id integer PRIMARY KEY);
