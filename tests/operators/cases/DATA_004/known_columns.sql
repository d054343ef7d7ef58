CREATE VIEW order_names AS
SELECT o.id, coalesce(o.status, 'new') AS status, coalesce(c.name, 'Gäste') AS customer
FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
WHERE o.status IS DISTINCT FROM 'cart' AND c.id IS NULL;
