CREATE FUNCTION report() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  CREATE TEMPORARY TABLE lines (a int, b int);
  DROP TABLE lines;
END $$;
