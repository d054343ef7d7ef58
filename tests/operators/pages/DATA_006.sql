-- The example makes the table; a trigger fills in the rows that the example works on.
CREATE FUNCTION fill() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO people (id, first_name, last_name) VALUES (1, 'Ada', 'Lovelace');
END $$;
CREATE EVENT TRIGGER fill ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION fill();
