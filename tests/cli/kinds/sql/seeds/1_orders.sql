INSERT INTO orders (id, total) VALUES (1, 0), (2, 10);
