MERGE INTO stock s USING deliveries d ON d.sku = s.sku
WHEN MATCHED AND d.amount < 0 THEN DELETE
WHEN MATCHED THEN UPDATE SET amount = d.amount;
INSERT INTO stock (sku, amount) VALUES ('a', 1)
  ON CONFLICT (sku) DO UPDATE SET amount = EXCLUDED.amount WHERE stock.amount < EXCLUDED.amount;
