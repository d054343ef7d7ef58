CREATE TABLE accounts (id int, balance numeric);
INSERT INTO accounts VALUES (1, NULL), (2, 5);
