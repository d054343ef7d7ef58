\set ECHO none
\set QUIET 1
\pset format unaligned
BEGIN;
SELECT plan(3);
SELECT helpers.order_of(1);
SELECT has_table('orders');
SELECT throws_ok($$ INSERT INTO orders (id, total) VALUES (2, -1) $$, '23514', NULL, 'a total is never negative');
SELECT results_eq('SELECT total FROM orders WHERE id = 1', ARRAY[10], 'the helper''s order is there');
SELECT * FROM finish();
ROLLBACK;
