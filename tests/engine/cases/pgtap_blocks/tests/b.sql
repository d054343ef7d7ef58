SELECT no_plan();
SELECT results_eq('SELECT id FROM a', ARRAY[2], 'what the file before committed is there');
SELECT is(current_user, session_user, 'and no role of another file');
SELECT * FROM finish();
