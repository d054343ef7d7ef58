CREATE DOMAIN positive AS int CONSTRAINT above CHECK (VALUE > 0);

---- change
ALTER DOMAIN positive DROP CONSTRAINT above;

---- differences
-- constraint positive.above was lost
