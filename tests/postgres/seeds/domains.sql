CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');
CREATE DOMAIN small AS int NOT NULL CHECK (VALUE > 41);
CREATE DOMAIN smaller AS small CHECK (VALUE < 44);
CREATE TABLE t (a email NOT NULL UNIQUE, b smaller NOT NULL);

---- rows
-- t: 20

---- notes

---- holds
SELECT count(DISTINCT b) = 2 FROM t;
