CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (tenant_id, email);
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key;
