CREATE OR REPLACE FUNCTION pg_temp.rejects(command text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN false;
EXCEPTION WHEN integrity_constraint_violation THEN
    RETURN true;
END
$$;

SELECT count(*) = 3 FROM categories WHERE parent_id IS NULL AND name IN ('Jams', 'Honey', 'Gift boxes');

-- Prices, discounts and stock stay in bounds.
SELECT pg_temp.rejects($$INSERT INTO products (sku, name, price) VALUES ('T-1', 'Test', -0.01)$$);
SELECT pg_temp.rejects($$INSERT INTO products (sku, name, price, discount) VALUES ('T-1', 'Test', 5, 5)$$);
SELECT pg_temp.rejects($$INSERT INTO products (sku, name, price, discount) VALUES ('T-1', 'Test', 5, -1)$$);
SELECT pg_temp.rejects($$UPDATE products SET stock = -1 WHERE id = 1$$);
SELECT pg_temp.rejects($$INSERT INTO products (sku, name, price) VALUES ('JAM-001', 'Twin', 5)$$);
SELECT pg_temp.rejects($$INSERT INTO products (sku, price) VALUES ('T-1', 5)$$);

SELECT final_price = 4.00 FROM products WHERE sku = 'JAM-001';
SELECT final_price = 4.50 FROM products WHERE sku = 'JAM-002';

-- Products outlive their category; sub-categories do not outlive theirs.
DELETE FROM categories WHERE name = 'Honey';
SELECT category_id IS NULL FROM products WHERE sku IN ('HON-001', 'HON-002');
SELECT count(*) = 0 FROM categories WHERE name = 'Chestnut';
