SELECT count(*) = 0 AS nobody FROM users;
SELECT count(*) = 3 FROM information_schema.columns WHERE table_name = 'users';
