CREATE VIEW spenders AS
SELECT u.id, CASE WHEN vip THEN 'vip' WHEN sum(o.total) > 1000 THEN 'gold' ELSE 'none' END AS tier,
  count(*) FILTER (WHERE o.status = 'returned') AS returned
FROM users u JOIN orders o ON o.user_id = u.id AND o.total > 0
GROUP BY u.id
HAVING count(*) > 3;
