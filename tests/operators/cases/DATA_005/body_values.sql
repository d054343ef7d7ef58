CREATE FUNCTION rank(score numeric) RETURNS numeric LANGUAGE plpgsql AS $$
DECLARE
  factor int := 3;
BEGIN
  factor := factor * 2;
  IF score IS NULL THEN
    RETURN 0;
  END IF;
  LOOP
    factor := factor - 1;
    EXIT WHEN factor < 0;
  END LOOP;
  RETURN CASE WHEN score > 1 THEN score ELSE 1 END;
END $$;
CREATE FUNCTION double(a int) RETURNS int RETURN a * 2;
