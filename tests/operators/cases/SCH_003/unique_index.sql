CREATE UNIQUE INDEX users_email_idx ON users (tenant_id, lower(email));
ALTER TABLE users ADD CONSTRAINT users_login_key UNIQUE (login);
