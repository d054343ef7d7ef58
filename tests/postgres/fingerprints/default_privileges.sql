SELECT 1;

---- change
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC;

---- differences
-- default privileges of postgres on r in schema public was left behind
