ALTER TABLE users DROP CONSTRAINT one_kind;
UPDATE users SET kind = 'any';
