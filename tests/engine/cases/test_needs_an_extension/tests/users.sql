CREATE EXTENSION no_such_extension;
SELECT count(*) = 0 FROM users;
