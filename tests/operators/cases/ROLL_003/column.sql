ALTER TABLE customers ADD COLUMN phone varchar(20) NOT NULL DEFAULT '';
