ALTER TABLE users ADD COLUMN name text NOT NULL DEFAULT '';
SET search_path = pg_catalog;
SET ROLE pg_monitor;
