CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';

---- change
CREATE OR REPLACE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 2';

---- differences
-- function f(a integer) changed from CREATE OR REPLACE FUNCTION public.f(a integer)
