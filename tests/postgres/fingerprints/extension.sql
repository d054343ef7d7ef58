SELECT 1;

---- change
CREATE EXTENSION citext;

---- differences
-- extension citext was left behind
