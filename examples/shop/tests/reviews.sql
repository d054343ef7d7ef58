CREATE OR REPLACE FUNCTION pg_temp.rejects(command text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN false;
EXCEPTION WHEN integrity_constraint_violation THEN
    RETURN true;
END
$$;

SELECT pg_temp.rejects('INSERT INTO reviews (product_id, customer_id, rating) VALUES (5, 1, 0)');
SELECT pg_temp.rejects('INSERT INTO reviews (product_id, customer_id, rating) VALUES (5, 1, 6)');
SELECT pg_temp.rejects('INSERT INTO reviews (product_id, customer_id, rating) VALUES (1, 1, 3)');

-- Everything in the window is rated, or waits for its first review.
SELECT count(*) = 7 FROM product_ratings;
SELECT reviews = 2 AND average = 4.5 FROM product_ratings WHERE name = 'Apricot';
SELECT reviews = 3 AND average = 4.3 FROM product_ratings WHERE name = 'Acacia';
SELECT reviews = 0 AND average IS NULL FROM product_ratings WHERE name = 'Chestnut';
SELECT has_table_privilege('pg_monitor', 'product_ratings', 'SELECT');

-- A review outlives the account of its author, not the product.
INSERT INTO reviews (product_id, customer_id, rating) VALUES (2, 5, 3);
DELETE FROM customers WHERE id = 5;
SELECT count(*) = 1 FROM reviews WHERE product_id = 2 AND customer_id IS NULL;
