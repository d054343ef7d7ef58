SELECT count(*) = 1 FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'age';
