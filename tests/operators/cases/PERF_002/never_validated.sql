-- SET NOT NULL reads the table all the same, so only NOT VALID makes a difference.
ALTER TABLE orders ADD CONSTRAINT present CHECK (state IS NOT NULL) NOT VALID;
ALTER TABLE orders ALTER COLUMN state SET NOT NULL;
ALTER TABLE orders DROP CONSTRAINT present;
