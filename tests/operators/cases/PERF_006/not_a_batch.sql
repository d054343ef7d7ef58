UPDATE orders SET state = (SELECT state FROM events ORDER BY at DESC LIMIT 1);
UPDATE orders SET state = 'big' WHERE total > 100 AND paid;
DELETE FROM orders WHERE id > 10 OR id < 5;
UPDATE orders SET state = 'x' WHERE note = NULL;
