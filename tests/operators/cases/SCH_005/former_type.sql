ALTER TABLE orders ALTER COLUMN at TYPE timestamptz, ALTER COLUMN code TYPE varchar(80);
