SELECT string_agg(name, ' ' ORDER BY id) = 'ADA bob' FROM users;
