SELECT currency = 'EUR' FROM orders WHERE id = 1;
