BEGIN;
SELECT id, total FROM orders WHERE false;
SELECT 1 / count(*) FROM pg_constraint WHERE conrelid = 'orders'::regclass AND contype = 'p';
ROLLBACK;
