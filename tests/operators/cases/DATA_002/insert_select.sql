INSERT INTO archive (id, total)
SELECT o.id, sum(i.price)
FROM orders o
JOIN items i ON i.order_id = o.id AND NOT i.cancelled
WHERE o.closed_at < '2020-01-01'
GROUP BY o.id
HAVING sum(i.price) > 0
ON CONFLICT (id) WHERE live DO UPDATE SET total = EXCLUDED.total WHERE archive.total IS NULL;
