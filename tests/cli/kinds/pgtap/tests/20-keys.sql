BEGIN;
CREATE FUNCTION test_that_ids_are_unique() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM helpers.order_of(1);
    RETURN NEXT col_is_pk('orders', 'id');
    RETURN NEXT throws_ok('SELECT helpers.order_of(1)', '23505');
END $$;
SELECT * FROM runtests();
ROLLBACK;
