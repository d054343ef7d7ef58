ALTER TABLE users ADD COLUMN token uuid DEFAULT gen_random_uuid(), ADD COLUMN n int DEFAULT 0;
ALTER TABLE users ALTER COLUMN age TYPE text USING age::text;
