DO $$
DECLARE
  shop record;
BEGIN
  FOR shop IN SELECT id FROM shops WHERE country = 'FR' LOOP
    UPDATE orders SET currency = 'EUR' WHERE shop_id = shop.id;
  END LOOP;
  IF (SELECT count(*) FROM shops WHERE open) > 10 AND shop.id > 1 THEN
    DELETE FROM carts;
  END IF;
END $$;
