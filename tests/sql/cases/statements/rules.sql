CREATE RULE keep_log AS ON DELETE TO shop.orders DO ALSO (
  INSERT INTO log VALUES ('order; gone');
  UPDATE counters SET n = n - 1
);
DROP RULE IF EXISTS keep_log ON shop.orders;
ALTER RULE keep_log ON orders RENAME TO keep;
