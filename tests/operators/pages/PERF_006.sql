CREATE TABLE orders (id int, state text);
INSERT INTO orders SELECT generate_series(1, 1200);
