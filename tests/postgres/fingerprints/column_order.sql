CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2);

---- change
DROP TABLE t; CREATE TABLE t (b int, a int); INSERT INTO t VALUES (2, 1);

---- differences
