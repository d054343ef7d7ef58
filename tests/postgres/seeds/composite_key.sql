CREATE TABLE p (a int, b text, PRIMARY KEY (a, b));
CREATE TABLE c (id int PRIMARY KEY, a int NOT NULL, b text NOT NULL, FOREIGN KEY (a, b) REFERENCES p);

---- rows
-- p: 20
-- c: 20

---- notes

---- holds
