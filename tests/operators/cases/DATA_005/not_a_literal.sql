UPDATE orders SET note = NULL, updated_at = now(), total = t.total FROM totals t WHERE t.id = orders.id AND t.kind = 'x';
DELETE FROM orders WHERE total > 100 AND EXISTS (SELECT 1 FROM refunds);
SELECT 1, 'x', 2 + 2;
