CREATE TABLE t (a boolean PRIMARY KEY);

---- rows
-- t: 2

---- notes

---- holds
