SELECT currency = 'EUR' FROM orders WHERE id = 1;
UPDATE orders SET total = total + 1 WHERE id = 1;
UPDATE orders SET total = total - 1 WHERE id = 2;
SELECT changes = 1 FROM orders WHERE id = 1;
SELECT changes = 0 FROM orders WHERE id = 2;
