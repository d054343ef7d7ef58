-- migrate:up
CREATE TABLE shop."Old rows" AS (SELECT * FROM a UNION ALL SELECT * FROM b) WITH DATA;
SELECT id, phone INTO UNLOGGED old_phones FROM customers; -- téléphones
CREATE TABLE kept (LIKE orders);
INSERT INTO kept SELECT * FROM orders WHERE closed;
CREATE TABLE former AS SELECT * FROM settings;
-- migrate:down
INSERT INTO a SELECT * FROM shop."Old rows";
UPDATE customers c SET phone = o.phone FROM public.old_phones o WHERE o.id = c.id;
INSERT INTO orders TABLE kept;
ALTER TABLE former RENAME TO settings;
