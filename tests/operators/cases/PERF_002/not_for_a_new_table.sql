CREATE TABLE orders (id int, total int);
ALTER TABLE orders ADD CONSTRAINT positive CHECK (total > 0) NOT VALID;
