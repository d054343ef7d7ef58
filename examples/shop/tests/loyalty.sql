CREATE OR REPLACE FUNCTION pg_temp.rejects(command text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN false;
EXCEPTION WHEN integrity_constraint_violation THEN
    RETURN true;
END
$$;

-- No negative balances, no empty entries, no order counted twice.
SELECT pg_temp.rejects('UPDATE customers SET points = -1 WHERE id = 1');
SELECT pg_temp.rejects('INSERT INTO loyalty_entries VALUES (3, 0)');
SELECT pg_temp.rejects('INSERT INTO loyalty_entries VALUES (1, 10)');
SELECT pg_temp.rejects('INSERT INTO loyalty_entries VALUES (-1, 10)');

-- A balance is never unknown.
SELECT pg_temp.rejects('UPDATE customers SET points = NULL WHERE id = 1');
SELECT pg_temp.rejects('UPDATE customers SET tier = NULL WHERE id = 1');
