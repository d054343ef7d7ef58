CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';

---- change
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION f();

---- differences
-- event trigger watch was left behind
