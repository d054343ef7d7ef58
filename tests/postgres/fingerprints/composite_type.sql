CREATE TYPE pair AS (a int, b int);

---- change
ALTER TYPE pair DROP ATTRIBUTE b;

---- differences
-- column pair.b was lost
