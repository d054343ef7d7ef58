CREATE TABLE orders (id int, shipped_at timestamptz);
INSERT INTO orders VALUES (1, '2024-05-01'), (2, NULL);
