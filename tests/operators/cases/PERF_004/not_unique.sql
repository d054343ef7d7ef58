CREATE UNIQUE INDEX users_email_idx ON users (email, tenant_id);
CREATE UNIQUE INDEX users_name_idx ON users USING btree (name text_pattern_ops) INCLUDE (id) WHERE name <> '';
