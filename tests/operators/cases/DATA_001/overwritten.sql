UPDATE users SET locale = 'fr'; -- sera remplacé
UPDATE users SET locale = 'de', "état" = 1;
UPDATE users SET nick = 'x';
TRUNCATE users;
