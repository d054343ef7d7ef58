DROP INDEX customers_tier_idx;
ALTER TABLE customers DROP CONSTRAINT tier_check;
DROP INDEX customers_name_idx;
ALTER TABLE customers DROP COLUMN tier;
