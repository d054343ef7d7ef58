CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  a := b + 1;
  a = (SELECT count(*) FROM t WHERE c = 1);
  "A b"[1] := 2;
  r.field := 3;
  NEW.updated_at := now();
  new."Name" = lower(NEW."Name");
  WHILE a < 10 LOOP
    a := a + 1;
    FOR i IN 1 .. 2 LOOP a := a + 2; END LOOP;
  END LOOP;
  FOR i IN 1 .. 2 LOOP a := a + 3; END LOOP;
  RETURN CASE WHEN a > 1 THEN NEW END;
END $$;
