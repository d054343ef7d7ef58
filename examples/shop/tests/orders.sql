CREATE OR REPLACE FUNCTION pg_temp.rejects(command text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN false;
EXCEPTION WHEN integrity_constraint_violation THEN
    RETURN true;
END
$$;

-- One cart per customer, any number of other orders.
SELECT pg_temp.rejects('INSERT INTO orders (customer_id) VALUES (1)');
INSERT INTO orders (customer_id, status, placed_at) VALUES (1, 'placed', now());

-- From the day that it is placed, an order knows when that was.
SELECT pg_temp.rejects($$INSERT INTO orders (customer_id, status) VALUES (5, 'paid')$$);
SELECT pg_temp.rejects($$UPDATE orders SET placed_at = NULL WHERE status = 'shipped'$$);

SELECT pg_temp.rejects('INSERT INTO order_items VALUES (2, 1, 0, 4)');
SELECT pg_temp.rejects('INSERT INTO order_items VALUES (2, 1, 100, 4)');
SELECT pg_temp.rejects('INSERT INTO order_items VALUES (2, 1, 1, -1)');
SELECT pg_temp.rejects('INSERT INTO order_items VALUES (2, 8, 1, 4)');
SELECT pg_temp.rejects('INSERT INTO order_items VALUES (2, -1, 1, 4)');
SELECT pg_temp.rejects('UPDATE orders SET total = -1 WHERE id = 2');
SELECT pg_temp.rejects('UPDATE orders SET customer_id = -1 WHERE id = 2');

-- Invoices need a reference that nobody else has.
SELECT pg_temp.rejects('UPDATE orders SET reference = NULL WHERE id = 2');
SELECT pg_temp.rejects($$UPDATE orders SET reference = 'C-2024-000002' WHERE id = 3$$);
SELECT count(DISTINCT reference) = count(*) FROM orders;

-- The items of an order go with it; what was sold stays in the catalogue.
DELETE FROM orders WHERE id = 1;
SELECT count(*) = 0 FROM order_items WHERE order_id = 1;
SELECT pg_temp.rejects('DELETE FROM products WHERE id = 8');
