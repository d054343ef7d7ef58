DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN
    CREATE TYPE mood AS ENUM ('sad', 'ok');
  END IF;
  IF EXISTS (SELECT FROM information_schema.columns WHERE table_name = 'a' AND column_name = 'b') THEN
    ALTER TABLE a DROP COLUMN b;
  END IF;
END $$;
