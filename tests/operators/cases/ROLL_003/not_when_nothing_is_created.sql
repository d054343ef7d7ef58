DROP TABLE loyalty;
ALTER TABLE orders DROP COLUMN points;
