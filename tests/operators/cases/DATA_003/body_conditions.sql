CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.price > OLD.price THEN
    PERFORM 1 FROM watchers WHERE product_id = NEW.id;
    IF NOT FOUND THEN
      RETURN NEW;
    END IF;
  ELSIF NEW.kind IN ('a', 'b') THEN
    RETURN NULL;
  END IF;
  RETURN NEW;
END $$;
