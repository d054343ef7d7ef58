-- A number to print on invoices: C-2024-000042.
BEGIN;
SET LOCAL lock_timeout = '2s';

ALTER TABLE orders ADD COLUMN reference text;

-- Set apart from ADD COLUMN: there, a volatile default would rewrite the table.
-- confiture: budget rewrite=no scan=no
ALTER TABLE orders ALTER COLUMN reference SET DEFAULT 'X-' || gen_random_uuid();
COMMIT;

-- The table is free again while its rows are filled. There are some two thousand orders; should there be many more,
-- then 000009 refuses to go on and this is run again.
UPDATE orders
SET reference = 'C-' || to_char(coalesce(placed_at, created_at) AT TIME ZONE 'UTC', 'YYYY') || '-' || lpad(id::text, 6, '0')
WHERE id IN (
    SELECT id
    FROM orders
    WHERE reference IS NULL
    ORDER BY id
    LIMIT 5000
);
