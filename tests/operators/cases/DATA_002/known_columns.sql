UPDATE orders SET total = 0 WHERE id IS NOT NULL AND total >= 0 AND note IS NOT NULL;
