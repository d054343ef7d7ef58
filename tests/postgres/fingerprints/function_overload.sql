CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';

---- change
CREATE FUNCTION f(a text) RETURNS int LANGUAGE sql AS 'SELECT 1';

---- differences
-- function f(a text) was left behind
