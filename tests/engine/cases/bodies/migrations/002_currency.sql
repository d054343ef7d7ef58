DO $$
BEGIN
  IF EXISTS (SELECT FROM orders) THEN
    UPDATE orders SET currency = 'EUR' WHERE country = 'FR';
    DELETE FROM orders WHERE total < 0;
  END IF;
END $$;
CREATE FUNCTION count_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.total > OLD.total THEN
    NEW.changes := OLD.changes + 1;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER count_changes BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION count_changes();
DO $$ BEGIN EXECUTE format('ALTER TABLE %I ALTER currency SET DEFAULT %L', 'orders', 'USD'); END $$;
