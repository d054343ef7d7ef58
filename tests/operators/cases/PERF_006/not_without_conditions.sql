UPDATE orders SET state = 'new';
SELECT * FROM orders WHERE id = 1 LIMIT 1;
