ALTER TABLE users ALTER COLUMN name TYPE varchar(20);
ALTER TABLE users ALTER COLUMN balance TYPE numeric(20, 4);
ALTER TABLE users ALTER COLUMN age TYPE bigint;
