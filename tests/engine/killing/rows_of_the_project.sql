CREATE TABLE orders (id int PRIMARY KEY, status text, total numeric(10, 2), placed date);
CREATE TABLE currencies (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code text UNIQUE, name text);
-- seed
INSERT INTO orders VALUES
    (2, 'new', 10.5, '2024-01-01'), (10, 'new', 0, '2024-02-01'), (1, 'paid', 3, NULL), (3, 'cart', NULL, '2020-05-05');
-- migration
INSERT INTO currencies (code, name) VALUES ('EUR', 'Euro'), ('USD', 'US dollar');
UPDATE orders SET status = 'open' WHERE status = 'new' AND total > 0;
UPDATE orders SET total = 0 WHERE total IS NULL;
DELETE FROM orders WHERE status = 'cart' AND placed < '2021-01-01';
