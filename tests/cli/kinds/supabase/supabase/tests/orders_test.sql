BEGIN;
SELECT plan(2);
SELECT policies_are('public', 'orders', ARRAY['anyone may read']);
SELECT throws_ok('INSERT INTO orders (total) VALUES (-1)', '23514');
SELECT * FROM finish();
ROLLBACK;
