DROP TABLE loyalty;
DROP TYPE tier;
