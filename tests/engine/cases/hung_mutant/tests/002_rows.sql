-- Hangs when the rows are there but the first one was not updated.
SELECT CASE WHEN count(*) = 2 AND bool_and(email <> 'c') THEN pg_sleep(3600) IS NULL ELSE count(*) = 2 END
FROM users WHERE id < 0;
