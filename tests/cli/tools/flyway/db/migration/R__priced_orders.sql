CREATE OR REPLACE VIEW priced_orders AS SELECT id, total || ' ${currency}' AS price FROM orders;
