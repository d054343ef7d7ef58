BEGIN;
SELECT plan( 1 );
SELECT pass($$plan(1)$$);
SELECT * FROM finish();
ROLLBACK;
