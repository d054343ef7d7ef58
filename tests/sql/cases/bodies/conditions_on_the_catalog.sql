-- What is there already decides only whether a statement is run again.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_type WHERE typname = 'mood') THEN CREATE TYPE mood AS ENUM ('sad'); END IF;
  IF EXISTS (SELECT FROM information_schema.tables WHERE table_name = 'a') THEN DROP TABLE a; END IF;
  IF to_regclass('b') IS NULL THEN CREATE TABLE b (c int); END IF;
  IF EXISTS (SELECT FROM b WHERE c = 1) THEN DELETE FROM b; END IF;
END $$;
