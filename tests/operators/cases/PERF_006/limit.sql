UPDATE orders SET state = 'new'
WHERE id IN (SELECT id FROM orders WHERE state IS NULL ORDER BY id LIMIT 1000);
