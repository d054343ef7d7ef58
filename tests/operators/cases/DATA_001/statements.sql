-- Régions d'abord, then the backfill.
INSERT INTO "Shop".regions (code, name) VALUES ('fr', 'Île-de-France'); -- one row only
UPDATE orders SET region = 'fr', updated_at = now() WHERE region IS NULL;
DELETE FROM ONLY app.carts WHERE created_at < now() - interval '90 days';
TRUNCATE staging_orders, staging_items;
SELECT setval('orders_id_seq', (SELECT max(id) FROM orders));
