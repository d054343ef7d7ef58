DO $$
BEGIN
  ALTER TABLE people ADD COLUMN age int;
  ALTER TABLE people ADD COLUMN height int;
END $$;
UPDATE people SET age = 1;
