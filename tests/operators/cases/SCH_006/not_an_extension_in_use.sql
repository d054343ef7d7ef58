CREATE EXTENSION btree_gin;
CREATE EXTENSION pg_trgm;
CREATE INDEX notes_body ON notes USING gin (body gin_trgm_ops);
