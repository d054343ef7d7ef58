SELECT id, total FROM orders WHERE false;
