UPDATE accounts SET balance = COALESCE(balance, 0), name = NULLIF(trim(name), ''), note = coalesce(a || b, c) || '!';
INSERT INTO totals (user_id, total)
SELECT u.id, COALESCE((SELECT sum(o.total) FROM orders o WHERE o.user_id = u.id), 0) FROM users u;
UPDATE accounts SET limit_cents = COALESCE(limit_cents, 500) WHERE limit_cents IS NULL;
