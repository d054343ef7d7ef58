\set ON_ERROR_STOP 1
\set schema '\'public\''
\set name a
\set what 'it''s ' there
BEGIN;
SELECT plan(2);
-- :name stays :name here
SELECT has_table(:schema, :'name', :'what');
SELECT is((SELECT count(*)::int FROM :"name" WHERE ':name' = ':' || 'name'), 0);
ROLLBACK;
