ALTER TABLE users ALTER COLUMN name TYPE text, ALTER COLUMN balance TYPE numeric(20, 2);
