CREATE MATERIALIZED VIEW one AS SELECT 1 AS a;

---- change
DROP MATERIALIZED VIEW one;

---- differences
-- materialized view one was lost
