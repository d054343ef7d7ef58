CREATE TABLE notes (id integer REFERENCES users);
