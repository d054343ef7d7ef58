SELECT 1;

---- change
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'; CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);

---- differences
-- aggregate total(integer) was left behind
-- procedure p() was left behind
