-- Points of every customer who paid for something.
SELECT array_agg(points ORDER BY id) = '{136,100,980,0,0,0,0,106,500}' FROM customers;

-- Tiers begin at exactly 100 and 500 points.
SELECT tier = 'gold' FROM customers WHERE id IN (3, 10001);
SELECT tier = 'silver' FROM customers WHERE id IN (1, 2, 8);
SELECT tier = 'bronze' FROM customers WHERE id IN (4, 5, 6, 7);

-- Neither placed nor cancelled orders count, and not those below one euro.
SELECT count(*) = 0
FROM loyalty_entries
JOIN orders ON orders.id = loyalty_entries.order_id
WHERE orders.status NOT IN ('paid', 'shipped') OR orders.total < 1;

SELECT convalidated FROM pg_constraint WHERE conname = 'customers_points_not_negative';
