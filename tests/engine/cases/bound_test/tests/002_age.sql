SELECT attnotnull FROM pg_attribute WHERE attrelid = 'users'::regclass AND attname = 'age';
