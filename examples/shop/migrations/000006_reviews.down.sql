DROP MATERIALIZED VIEW bestsellers;
DROP VIEW product_ratings;
DROP TABLE reviews;
