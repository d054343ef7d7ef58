-- confiture: ignore SCH_006 of the whole function
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- confiture: ignore DATA_003 both kinds are tested in the application
  IF NEW.kind = 'a' THEN
    UPDATE a SET b = 1;
  END IF;
  UPDATE é SET b = 2; -- confiture: ignore DATA_001 behind on the same line
  -- confiture: budget max=1s
  RETURN NEW;
  -- confiture: ignore LAST at the end
END $$;
DO '
  -- confiture: ignore DATA_002 in quotes
  BEGIN UPDATE a SET b = 1 WHERE c; END';
SELECT $$ -- confiture: ignore no body $$;
