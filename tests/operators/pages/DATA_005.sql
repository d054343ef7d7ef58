CREATE TABLE products (id int, price numeric, price_cents integer);
INSERT INTO products VALUES (1, 9.90), (2, 20);
