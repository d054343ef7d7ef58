SELECT no_plan();
SELECT has_table('orders');
SELECT finish();
