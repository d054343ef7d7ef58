CREATE DOMAIN positive AS int;

---- change
ALTER DOMAIN positive SET NOT NULL;

---- differences
-- domain positive changed from integer to integer NOT NULL
