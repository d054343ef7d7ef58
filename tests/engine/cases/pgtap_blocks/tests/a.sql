-- A transaction that it leaves open, rows that it takes back, and a role that it changes: each test finds its own state.
SELECT plan(3);
BEGIN;
INSERT INTO a VALUES (1);
ROLLBACK;
SELECT is_empty('SELECT * FROM a', 'what is rolled back is gone');
BEGIN;
INSERT INTO a VALUES (2);
COMMIT;
SELECT results_eq('SELECT id FROM a', ARRAY[2], 'what is committed stays');
BEGIN;
SET ROLE pg_monitor;
SELECT throws_ok('SELECT * FROM a', '42501');
