MERGE INTO stock AS s
USING deliveries d ON d.sku = s.sku
WHEN MATCHED AND d.recalled THEN DELETE
WHEN MATCHED THEN UPDATE SET amount = s.amount + d.amount, (shelf, bin) = (d.shelf, d.bin)
WHEN NOT MATCHED THEN INSERT (sku, amount) VALUES (d.sku, d.amount);
