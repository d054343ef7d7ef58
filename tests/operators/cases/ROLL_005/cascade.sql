DROP TABLE loyalty_entries RESTRICT;
ALTER TABLE customers DROP COLUMN tier, DROP CONSTRAINT points_positive;
DROP TYPE IF EXISTS loyalty_tier;
