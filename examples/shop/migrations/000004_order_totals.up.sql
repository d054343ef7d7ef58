SET LOCAL lock_timeout = '2s';

-- A constant default costs nothing, however many orders there are.
-- confiture: budget max=2s rewrite=no scan=no
ALTER TABLE orders ADD COLUMN total numeric(12, 2) NOT NULL DEFAULT 0;

-- In ranges of ids; orders without items keep the default and are not written.
UPDATE orders
SET total = sums.total
FROM (
    SELECT order_id, sum(quantity * unit_price) AS total
    FROM order_items
    GROUP BY order_id
) AS sums
WHERE orders.id = sums.order_id
  AND orders.id BETWEEN 1 AND 10000
  AND orders.total IS DISTINCT FROM sums.total;

UPDATE orders
SET total = sums.total
FROM (
    SELECT order_id, sum(quantity * unit_price) AS total
    FROM order_items
    GROUP BY order_id
) AS sums
WHERE orders.id = sums.order_id
  AND orders.id > 10000
  AND orders.total IS DISTINCT FROM sums.total;

-- Not valid at first, so that the strong lock is held without reading the table.
-- confiture: budget scan=no
ALTER TABLE orders ADD CONSTRAINT orders_total_not_negative CHECK (total >= 0) NOT VALID;

ALTER TABLE orders VALIDATE CONSTRAINT orders_total_not_negative;
