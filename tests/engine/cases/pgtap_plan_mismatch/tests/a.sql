BEGIN;
SELECT plan(2);
SELECT has_table('a');
SELECT * FROM finish();
ROLLBACK;
