-- What it prepares outlives a transaction, but not the psql of this file: it can be prepared each time anew.
BEGIN;
SELECT plan(1);
PREPARE twice AS INSERT INTO a VALUES (1), (1);
SELECT throws_ok('twice', '23505');
ROLLBACK;
