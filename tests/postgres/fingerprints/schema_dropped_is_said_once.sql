CREATE SCHEMA app; CREATE TABLE app.t (a int PRIMARY KEY); CREATE TYPE app.e AS ENUM ('a');

---- change
DROP SCHEMA app CASCADE;

---- differences
-- schema app was lost
