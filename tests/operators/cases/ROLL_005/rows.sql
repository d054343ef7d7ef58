DELETE FROM settings WHERE name = 'theme';
