-- confiture: ignore SCH_001 there is no constraint here
DO $$
BEGIN
  -- confiture: ignore DATA_002 the application asks for this too
  UPDATE orders SET currency = 'EUR' WHERE currency IS NULL;
  UPDATE orders SET total = 3 WHERE id = 2;
  -- confiture: ignore DATA_007 nothing is summed up
END $$;
