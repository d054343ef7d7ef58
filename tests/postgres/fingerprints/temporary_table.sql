SELECT 1;

---- change
CREATE TEMPORARY TABLE t (a int);

---- differences
