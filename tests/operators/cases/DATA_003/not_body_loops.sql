-- A loop might not end.
DO $$
BEGIN
  WHILE amount < 10 LOOP
    EXIT WHEN amount > 5;
  END LOOP;
END $$;
-- Nor one that goes on from what it found.
DO $$
BEGIN
  WHILE amount < 10 LOOP
    SELECT id INTO STRICT amount FROM orders WHERE id > amount ORDER BY id LIMIT 1;
  END LOOP;
END $$;
