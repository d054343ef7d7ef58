\set ON_ERROR_STOP on
\echo making orders
CREATE TABLE orders (id int PRIMARY KEY);
