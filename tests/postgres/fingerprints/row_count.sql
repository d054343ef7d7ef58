CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL DEFAULT 'new', total numeric(10,2)); INSERT INTO orders VALUES (1, 'a', 1), (2, 'b', 2);

---- change
DELETE FROM orders WHERE id = 2;

---- differences
-- rows of orders changed from 2 rows, checksum
