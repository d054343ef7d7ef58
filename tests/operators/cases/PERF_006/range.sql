UPDATE orders SET total = price * quantity WHERE id BETWEEN 1 AND 5000 AND total IS DISTINCT FROM price * quantity;
DELETE FROM sessions WHERE id >= 100 AND id < 200;
