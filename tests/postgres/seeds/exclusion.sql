CREATE EXTENSION btree_gist;
CREATE TABLE t (room int NOT NULL, during int4range NOT NULL, EXCLUDE USING gist (room WITH =, during WITH &&));

---- rows
-- t: some

---- notes

---- holds
SELECT count(*) >= 3 FROM t;
