SELECT count(*) = 2 FROM pg_constraint WHERE conrelid = 'users'::regclass AND contype IN ('p', 'u');
