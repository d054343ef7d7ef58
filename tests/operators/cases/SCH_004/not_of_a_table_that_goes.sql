CREATE TABLE staging (n int CHECK (n > 0), kind text CHECK (kind IN ('a', 'b')));
INSERT INTO products SELECT n FROM staging;
DROP TABLE IF EXISTS public.old, public.staging CASCADE;
CREATE TYPE mood AS ENUM ('sad', 'ok');
DROP TYPE mood;
