CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  lock int := 1;
  "comment" text DEFAULT 'b';
  row_of_a a%ROWTYPE;
  b CURSOR (c int) FOR SELECT x FROM t1 WHERE y = c;
  d SCROLL CURSOR FOR SELECT x FROM t2;
  e refcursor;
  g ALIAS FOR $1;
BEGIN
  OPEN b(1);
  OPEN e FOR SELECT x FROM t3;
  OPEN e FOR EXECUTE 'SELECT x FROM t4';
  FETCH b INTO lock;
  CLOSE b;
END $$;
