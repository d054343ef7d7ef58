CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 2);

---- change
UPDATE t SET a = 2, b = 1;

---- differences
-- rows of t changed from 1 rows, checksum
