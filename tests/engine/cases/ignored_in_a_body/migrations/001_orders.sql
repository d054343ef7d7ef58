CREATE TABLE orders (id int PRIMARY KEY, currency text, total int);
INSERT INTO orders VALUES (1, NULL, 1), (2, 'USD', 2);
