SET LOCAL lock_timeout = '2s';

CREATE TYPE loyalty_tier AS ENUM ('bronze', 'silver', 'gold');

-- confiture: budget max=2s rewrite=no scan=no
ALTER TABLE customers
    ADD COLUMN points integer NOT NULL DEFAULT 0,
    ADD COLUMN tier loyalty_tier NOT NULL DEFAULT 'bronze';

CREATE TABLE loyalty_entries (
    order_id bigint PRIMARY KEY REFERENCES orders (id) ON DELETE CASCADE,
    points   integer NOT NULL CHECK (points > 0)
);

-- One point for each full euro of an order that was paid.
INSERT INTO loyalty_entries (order_id, points)
SELECT id, floor(total)
FROM orders
WHERE status IN ('paid', 'shipped')
  AND total >= 1;

-- confiture: budget max=2s rewrite=no
UPDATE customers
SET points = earned.points
FROM (
    SELECT orders.customer_id, sum(loyalty_entries.points) AS points
    FROM loyalty_entries
    JOIN orders ON orders.id = loyalty_entries.order_id
    GROUP BY orders.customer_id
) AS earned
WHERE earned.customer_id = customers.id
  AND customers.points IS DISTINCT FROM earned.points;

UPDATE customers
SET tier = CASE WHEN points >= 500 THEN 'gold' ELSE 'silver' END::loyalty_tier
WHERE points >= 100;

-- confiture: budget scan=no
ALTER TABLE customers ADD CONSTRAINT customers_points_not_negative CHECK (points >= 0) NOT VALID;

-- confiture: budget lock<=ShareUpdateExclusive rewrite=no
ALTER TABLE customers VALIDATE CONSTRAINT customers_points_not_negative;

-- For the quarterly letter to the best customers.
CREATE INDEX customers_tier_points_idx ON customers (tier, points) WHERE tier <> 'bronze';
