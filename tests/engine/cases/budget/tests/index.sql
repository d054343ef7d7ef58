SELECT true FROM pg_class WHERE relname = 'users_email_idx';
