CREATE TABLE orders (id int PRIMARY KEY, country text NOT NULL, currency text, total int NOT NULL, changes int);
INSERT INTO orders VALUES (1, 'FR', NULL, 10, 0), (2, 'US', NULL, 20, 0);
