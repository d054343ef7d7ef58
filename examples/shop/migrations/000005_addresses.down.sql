ALTER TABLE orders DROP COLUMN address_id;
DROP TABLE addresses;
