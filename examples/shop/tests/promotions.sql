CREATE OR REPLACE FUNCTION pg_temp.rejects(command text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN false;
EXCEPTION WHEN integrity_constraint_violation THEN
    RETURN true;
END
$$;

-- One promotion at a time, and none that gives more than half.
SELECT pg_temp.rejects($$INSERT INTO promotions (title, percentage, during) VALUES ('May', 5, '[2024-04-30,2024-06-01)')$$);
SELECT pg_temp.rejects($$INSERT INTO promotions (title, percentage, during) VALUES ('May', 51, '[2024-05-01,2024-06-01)')$$);
SELECT pg_temp.rejects($$INSERT INTO promotions (title, percentage, during) VALUES ('May', 0, '[2024-05-01,2024-06-01)')$$);
INSERT INTO promotions (title, percentage, during) VALUES ('May', 50, '[2024-05-01,2024-06-01)');

SELECT array_agg(products.sku ORDER BY products.sku) = '{HON-002,JAM-003}'
FROM promoted_products
JOIN promotions ON promotions.id = promoted_products.promotion_id
JOIN products ON products.id = promoted_products.product_id
WHERE promotions.title = 'Spring cleaning';

SELECT count(*) = 2
FROM promoted_products
JOIN promotions ON promotions.id = promoted_products.promotion_id
WHERE promotions.title = 'Advent';
