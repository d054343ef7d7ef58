create extension if not exists pgtap with schema extensions;
create schema if not exists tests;
create function tests.note(body text) returns void language sql as $$ insert into notes values (1, body) $$;
begin;
select plan(1);
select ok(true, 'helpers are there');
select * from finish();
rollback;
