CREATE TABLE notes (id int);
\i more.sql
CREATE TABLE more (id int);
