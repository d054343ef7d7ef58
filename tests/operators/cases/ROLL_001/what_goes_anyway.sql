-- migrate:up
CREATE TABLE shop.loyalty (id int PRIMARY KEY, customer_id int);
CREATE INDEX loyalty_customer_idx ON shop.loyalty (customer_id);
ALTER TABLE customers ADD COLUMN tier text, ADD CONSTRAINT tier_key UNIQUE (tier);
CREATE INDEX customers_tier_idx ON customers (lower(name), tier);
-- migrate:down
DROP INDEX customers_tier_idx; -- goes with its column
ALTER TABLE public.customers DROP CONSTRAINT tier_key, DROP COLUMN tier;
DROP TRIGGER loyalty_touch ON shop.loyalty;
ALTER TABLE shop.loyalty DROP CONSTRAINT loyalty_pkey;
DROP INDEX shop.loyalty_customer_idx;
DROP TABLE IF EXISTS "shop".loyalty;
