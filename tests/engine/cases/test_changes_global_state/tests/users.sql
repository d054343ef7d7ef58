ALTER SYSTEM SET work_mem = '1MB';
SELECT count(*) = 0 FROM users;
