SELECT count(*) = 0 FROM users;
SELECT pg_terminate_backend(pg_backend_pid());
