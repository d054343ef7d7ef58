CREATE OR REPLACE FUNCTION pg_temp.rejects(command text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN false;
EXCEPTION WHEN integrity_constraint_violation THEN
    RETURN true;
END
$$;

-- An e-mail address belongs to one customer, whatever its case.
SELECT pg_temp.rejects($$INSERT INTO customers (email, name) VALUES ('ADA@example.com', 'Another Ada')$$);
SELECT pg_temp.rejects($$INSERT INTO customers (email, name) VALUES ('nobody', 'Nobody')$$);

-- A customer has an e-mail address, a name and a country.
SELECT pg_temp.rejects($$INSERT INTO customers (email, name) VALUES (NULL, 'Nobody')$$);
SELECT pg_temp.rejects($$INSERT INTO customers (email, name) VALUES ('nobody@example.com', NULL)$$);
SELECT pg_temp.rejects($$INSERT INTO customers (email, name, country) VALUES ('nobody@example.com', 'Nobody', 'fr')$$);

-- Little is needed to become one.
INSERT INTO customers (email, name) VALUES ('new@example.com', 'New');
SELECT country = 'FR' AND points = 0 AND tier = 'bronze' AND street IS NULL
FROM customers
WHERE email = 'new@example.com';

-- Whoever has orders stays.
SELECT pg_temp.rejects('DELETE FROM customers WHERE id = 1');
