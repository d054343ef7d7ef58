INSERT INTO schema_migrations (version) VALUES ('0042'), ('0043');
UPDATE pg_catalog.pg_index SET indisvalid = true WHERE indexrelid = 'orders_idx'::regclass;
SELECT count(*) FROM users WHERE id IN (1, 2);
CREATE TABLE t (a int DEFAULT 1);
