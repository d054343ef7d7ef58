ALTER TABLE users ADD COLUMN id serial NOT NULL, ADD COLUMN old text;
UPDATE users SET name = '';
ALTER TABLE public.users ALTER COLUMN name SET NOT NULL, DROP COLUMN old;
CREATE TEMP TABLE batch (id int);
