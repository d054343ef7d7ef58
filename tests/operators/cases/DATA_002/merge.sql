MERGE INTO stock s USING deliveries d ON d.sku = s.sku AND d.shop = s.shop
WHEN MATCHED AND d.recalled THEN DELETE
WHEN NOT MATCHED AND d.amount > 0 AND d.checked THEN INSERT (sku, shop) VALUES (d.sku, d.shop);
