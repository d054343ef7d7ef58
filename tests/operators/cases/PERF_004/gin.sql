CREATE INDEX docs_idx ON docs USING gin (body jsonb_path_ops, tags);
CREATE INDEX docs_path_idx ON "Dóc".docs USING gin (body jsonb_path_ops) WHERE NOT deleted;
