CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.email IS DISTINCT FROM OLD.email AND NEW.verified_at IS NOT NULL THEN
    NEW.name := coalesce(NEW.name, 'nobody');
  END IF;
  RETURN NEW;
END $$;
