-- Back to what lies on the shelves.
UPDATE products
SET stock = products.stock - moved.change
FROM (
    SELECT product_id, sum(change) AS change
    FROM stock_movements
    WHERE reason <> 'opening'
    GROUP BY product_id
) AS moved
WHERE products.id = moved.product_id;

DROP TABLE stock_movements;
DROP FUNCTION apply_stock_movement();
ALTER TABLE products DROP COLUMN reorder_below;
