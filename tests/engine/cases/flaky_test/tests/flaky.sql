-- A sequence is the one thing that no rollback takes back.
SELECT nextval('a_id') % 2 = 0 AS "every second time";
