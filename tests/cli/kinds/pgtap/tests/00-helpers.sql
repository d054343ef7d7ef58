-- psql keeps what this file makes; the files behind it use it.
CREATE EXTENSION IF NOT EXISTS pgtap;
CREATE SCHEMA helpers;
CREATE FUNCTION helpers.order_of(wanted integer) RETURNS void LANGUAGE sql
    AS $$ INSERT INTO orders (id, total) VALUES (wanted, 10) $$;
