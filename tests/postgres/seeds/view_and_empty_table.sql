CREATE TABLE t ();
CREATE VIEW v AS SELECT 1 AS a;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WHERE false;

---- rows
-- t: 20
-- m: 0

---- notes

---- holds
