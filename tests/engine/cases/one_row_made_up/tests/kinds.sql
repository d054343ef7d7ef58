SELECT bool_and(kind = 'only') FROM users;
