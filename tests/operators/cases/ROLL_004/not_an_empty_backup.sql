-- migrate:up
CREATE TABLE drafts AS SELECT * FROM orders WITH NO DATA;
INSERT INTO audit SELECT * FROM orders;
-- migrate:down
DELETE FROM audit;
ALTER TABLE drafts RENAME TO orders;
