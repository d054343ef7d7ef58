CREATE FUNCTION keep_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.updated_at := now();
  NEW.total := NEW.price * NEW.amount;
  IF TG_OP = 'INSERT' THEN
    INSERT INTO bookings (order_id, total) VALUES (NEW.id, NEW.total);
  ELSE
    UPDATE bookings SET total = NEW.total, changed = true WHERE order_id = NEW.id;
  END IF;
  PERFORM pg_notify('orders', NEW.id::text);
  RETURN NEW;
END $$;
