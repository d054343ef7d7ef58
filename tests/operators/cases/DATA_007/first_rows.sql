DELETE FROM orders WHERE id IN (
  SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY ref ORDER BY created_at DESC) AS n FROM orders) d WHERE n > 1
);
UPDATE users SET city = (SELECT a.city FROM addresses a WHERE a.user_id = users.id ORDER BY a.id NULLS LAST LIMIT 1);
