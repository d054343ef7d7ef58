CREATE EXTENSION btree_gist;
CREATE TABLE t (room int NOT NULL, during int4range NOT NULL, EXCLUDE USING gist (room WITH =, during WITH &&));

---- rows
-- t: 20

---- notes

---- holds
SELECT count(DISTINCT room) > 1 FROM t;
