CREATE TABLE t (id int NOT NULL, CONSTRAINT t_pkey PRIMARY KEY (id));

---- change
ALTER TABLE t DROP CONSTRAINT t_pkey; ALTER TABLE t ALTER COLUMN id SET NOT NULL;

---- differences
-- constraint t.t_pkey was lost
