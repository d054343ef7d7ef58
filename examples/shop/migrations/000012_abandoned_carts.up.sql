CREATE TABLE archived_carts (LIKE orders);
ALTER TABLE archived_carts ADD PRIMARY KEY (id);

CREATE TABLE archived_cart_items (
    LIKE order_items,
    PRIMARY KEY (order_id, product_id),
    FOREIGN KEY (order_id) REFERENCES archived_carts (id) ON DELETE CASCADE
);

INSERT INTO archived_carts
SELECT *
FROM orders
WHERE status = 'cart'
  AND created_at < timestamptz '2024-01-01 00:00+00';

INSERT INTO archived_cart_items (order_id, product_id, quantity, unit_price)
SELECT order_items.order_id, order_items.product_id, order_items.quantity, order_items.unit_price
FROM order_items
JOIN archived_carts ON archived_carts.id = order_items.order_id;

-- The items go with their carts.
DELETE FROM orders
WHERE status = 'cart'
  AND created_at < timestamptz '2024-01-01 00:00+00';

-- The shop window reads it all day.
-- confiture: budget lock<=Exclusive
REFRESH MATERIALIZED VIEW CONCURRENTLY bestsellers;
