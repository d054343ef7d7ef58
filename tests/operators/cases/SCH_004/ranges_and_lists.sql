CREATE DOMAIN public.rating AS int CHECK (VALUE BETWEEN 1 AND 5);
ALTER TABLE ONLY public."Größen" ADD CONSTRAINT bekannt
  CHECK (((code)::text = ANY (ARRAY[('S'::character varying)::text, ('M'::character varying)::text])));
ALTER TABLE orders ADD CHECK (kind = 'web');
CREATE UNIQUE INDEX live_email ON users (email) WHERE deleted_at IS NULL;
