CREATE TABLE t (a numeric); INSERT INTO t VALUES (1.0);

---- change
UPDATE t SET a = 1.00;

---- differences
-- rows of t changed from 1 rows, checksum
