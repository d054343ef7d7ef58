-- Policies are not asked about superusers, so this acts as a role that may read and write every table and is none.
SET LOCAL shop.customer_id = '1';
SET LOCAL ROLE pg_read_all_data;

SELECT count(*) = 4 FROM orders;
SELECT customer_id = 1 FROM orders;
SELECT customer_id = 1 FROM addresses;

SET LOCAL shop.customer_id = '6';
SELECT count(*) = 0 FROM orders;

-- Nobody in particular sees nothing.
SET LOCAL shop.customer_id = '';
SELECT count(*) = 0 FROM orders;
RESET ROLE;

SET LOCAL shop.customer_id = '5';
SET LOCAL ROLE pg_write_all_data;
INSERT INTO orders (customer_id) VALUES (5);
DO $$
BEGIN
    INSERT INTO orders (customer_id) VALUES (4);
    RAISE 'started a cart for someone else';
EXCEPTION WHEN insufficient_privilege THEN
    NULL;
END
$$;
RESET ROLE;
