ALTER TABLE orders VALIDATE CONSTRAINT helper;
ALTER TABLE orders RENAME CONSTRAINT helper TO orders_total_check;
ALTER TABLE orders SET (fillfactor = 70), OWNER TO shop;
