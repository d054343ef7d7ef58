SELECT pg_catalog.set_config('search_path', '', false);
CREATE TABLE public.users (id integer PRIMARY KEY);
