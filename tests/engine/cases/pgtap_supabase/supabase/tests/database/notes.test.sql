begin;
select plan(3);
select has_pk('public', 'notes', 'a note has a key');
select throws_ok('select tests.note(null)', '23502');
select lives_ok($$ select tests.note('x') $$);
select * from finish();
rollback;
