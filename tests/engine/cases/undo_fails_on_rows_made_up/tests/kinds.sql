SELECT bool_and(kind = 'any') FROM users;
