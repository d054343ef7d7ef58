CREATE TABLE t (a int, b text, c boolean);

---- rows
-- t: 20

---- notes

---- holds
SELECT bool_or(a IS NULL) AND bool_or(b IS NULL) AND bool_or(c IS NULL) AND bool_or(a IS NOT NULL) FROM t;
