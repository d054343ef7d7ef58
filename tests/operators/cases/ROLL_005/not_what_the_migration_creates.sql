-- migrate:up
CREATE TABLE shop.loyalty (id int, tier_id int);
CREATE TYPE tier AS ENUM ('gold');
ALTER TABLE customers ADD COLUMN points int, ADD CONSTRAINT points_key UNIQUE (points);
-- migrate:down
ALTER TABLE customers DROP CONSTRAINT points_key, DROP COLUMN points;
DELETE FROM shop.loyalty WHERE id = 1;
DROP TABLE IF EXISTS shop.loyalty;
DROP TYPE IF EXISTS public.tier;
