DELETE FROM orders WHERE id > 0 AND quantity < 1.5 AND total > 0;
