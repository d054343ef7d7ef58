INSERT INTO orders (id, customer_id, status, ship_street, ship_city, created_at, placed_at, total, address_id, reference)
OVERRIDING SYSTEM VALUE
SELECT id, customer_id, status, ship_street, ship_city, created_at, placed_at, total, address_id, reference
FROM archived_carts;

INSERT INTO order_items (order_id, product_id, quantity, unit_price)
SELECT order_id, product_id, quantity, unit_price
FROM archived_cart_items;

REFRESH MATERIALIZED VIEW CONCURRENTLY bestsellers;

DROP TABLE archived_cart_items;
DROP TABLE archived_carts;
