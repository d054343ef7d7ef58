CREATE TYPE pair AS (a int, b int); CREATE FUNCTION f(pair) RETURNS text LANGUAGE sql AS 'SELECT 1::text';

---- change
CREATE CAST (pair AS text) WITH FUNCTION f(pair); CREATE OPERATOR public.@@@ (RIGHTARG = pair, FUNCTION = f);

---- differences
-- cast (pair AS text) was left behind
-- operator @@@(NONE,pair) was left behind
