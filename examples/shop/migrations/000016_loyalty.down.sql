DROP INDEX customers_tier_points_idx;
ALTER TABLE customers DROP CONSTRAINT customers_points_not_negative;
DROP TABLE loyalty_entries;
ALTER TABLE customers
    DROP COLUMN tier,
    DROP COLUMN points;
DROP TYPE loyalty_tier;
