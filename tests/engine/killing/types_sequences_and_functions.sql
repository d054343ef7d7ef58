CREATE TYPE size AS ENUM ('small', 'large');
-- migration
ALTER TYPE size ADD VALUE 'huge';
CREATE DOMAIN percentage AS int CHECK (VALUE >= 0 AND VALUE <= 100);
CREATE SEQUENCE tickets START 100;
CREATE FUNCTION discounted(price numeric, percent int) RETURNS numeric LANGUAGE sql
    AS $$ SELECT CASE WHEN percent > 50 THEN price / 4 ELSE price - price * percent / 100 END $$;
CREATE FUNCTION random_code(size int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    code text := '';
BEGIN
    WHILE length(code) < size LOOP
        code := code || chr(65 + floor(random() * 26)::int);
    END LOOP;
    RETURN code;
END
$$;
