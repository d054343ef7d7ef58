SELECT 1;

---- change
CREATE TYPE floats AS RANGE (subtype = float8);

---- differences
-- type floats was left behind
