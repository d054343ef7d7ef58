CREATE TABLE orders (id int PRIMARY KEY, status text NOT NULL, total numeric(10, 2));
-- migration
CREATE TABLE archive (id int PRIMARY KEY, status text);
UPDATE orders SET total = 0 WHERE total IS NULL;
INSERT INTO archive (id, status) SELECT id, status FROM orders WHERE id > 3;
DELETE FROM orders WHERE id > 3;
INSERT INTO archive (id, status) VALUES (-1, 'first');
