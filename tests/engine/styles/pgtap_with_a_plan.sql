BEGIN;
SELECT plan(1);

SELECT has_table('orders');

-- Clean up.
SELECT * FROM finish();
ROLLBACK;
