-- A loop might not end.
DO $$
BEGIN
  WHILE amount < 10 LOOP
    EXIT WHEN amount > 5;
  END LOOP;
END $$;
