-- Every product's stock is the sum of its movements.
SELECT products.stock = coalesce(sum(stock_movements.change), 0)
FROM products
LEFT JOIN stock_movements ON stock_movements.product_id = products.id
GROUP BY products.id;

-- Placed and paid orders are taken off: 10 of 100, 12 of 12, and nothing for carts.
SELECT stock = 90 FROM products WHERE sku = 'JAM-002';
SELECT stock = 0 FROM products WHERE sku = 'HON-001';
SELECT stock = 500 FROM products WHERE sku = 'SMP-001';

INSERT INTO stock_movements (product_id, change, reason) VALUES (2, 5, 'return');
SELECT stock = 95 FROM products WHERE sku = 'JAM-002';

DO $$
BEGIN
    INSERT INTO stock_movements (product_id, change, reason) VALUES (3, -1, 'sale');
    RAISE 'sold what is not there';
EXCEPTION WHEN check_violation THEN
    NULL;
END
$$;

-- What has to be ordered: Acacia and Chestnut are gone, the boxes nearly so.
SELECT array_agg(sku ORDER BY sku) = '{BOX-001,BOX-002,HON-001,HON-002}' FROM products WHERE active AND stock < reorder_below;
