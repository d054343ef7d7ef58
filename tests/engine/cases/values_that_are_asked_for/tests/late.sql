SELECT bool_or(note = 'late') FROM orders WHERE state = 'overdue';
SELECT count(*) = 0 FROM orders WHERE note = 'late' AND state <> 'overdue';
