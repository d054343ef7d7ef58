CREATE TABLE scratch (id int PRIMARY KEY);
DROP TABLE scratch;
