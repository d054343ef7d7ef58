UPDATE orders SET state = 'x' WHERE id IN (SELECT id FROM orders ORDER BY id LIMIT 1000);
UPDATE orders SET state = 'x' WHERE note = 'y';
