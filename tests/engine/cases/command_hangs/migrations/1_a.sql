CREATE TABLE a (id integer UNIQUE);
