SELECT repeat('x', 100000) FROM generate_series(1, 1000);
SELECT count(*) = 0 FROM users WHERE email IS NULL;
