ALTER TABLE orders ALTER COLUMN code TYPE varchar(20);
ALTER TABLE orders ADD CONSTRAINT orders_code_key UNIQUE (code);
ALTER TABLE orders DROP COLUMN code;
