ALTER TABLE public.users ADD COLUMN code text; -- rempli ci-dessous, puis obligé
UPDATE users SET code = id::text;
ALTER TABLE users ALTER code SET NOT NULL;
