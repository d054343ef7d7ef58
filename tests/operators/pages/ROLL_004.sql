CREATE TABLE customers (id int, phone text);
INSERT INTO customers VALUES (1, '555-0100');
