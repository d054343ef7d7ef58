CREATE TABLE copies AS SELECT * FROM orders LIMIT 10;
UPDATE copies SET state = 'x' WHERE id = 1;
