BEGIN;
CREATE TABLE "Größen" (id int);
CREATE INDEX groessen_idx ON "Größen" (id);
COMMIT;
BEGIN;
UPDATE orders SET state = 'old';
COMMIT;
