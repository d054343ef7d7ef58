DELETE FROM users
WHERE kind IN ('bot', 'test')
  AND email LIKE 'load-%@example.org'
  AND age NOT BETWEEN 18 AND 99
  AND score BETWEEN 0 AND 10
  AND NOT protected
  AND NOT (admin OR owner)
  AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.user_id = users.id AND o.total > 100);
