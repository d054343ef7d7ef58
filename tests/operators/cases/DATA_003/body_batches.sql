-- What bounds a batch of a walk through all rows decides when a row is written, unless it must not be written twice.
DO $$
DECLARE
    batch_start record;
    batch_end record;
BEGIN
    SELECT id INTO batch_start FROM orders ORDER BY id LIMIT 1;
    WHILE FOUND LOOP
        SELECT id INTO batch_end
        FROM (
            SELECT id FROM orders
            WHERE id >= batch_start.id
            ORDER BY id LIMIT 1000
        ) AS batch
        ORDER BY id DESC LIMIT 1;

        UPDATE orders SET state = 'new' WHERE state IS NULL AND id BETWEEN batch_start.id AND batch_end.id;
        UPDATE orders SET visits = visits + 1 WHERE id BETWEEN batch_start.id AND batch_end.id;
        UPDATE customers SET points = 0 WHERE id BETWEEN batch_start.id AND batch_end.id;
        DELETE FROM orders WHERE NOT id BETWEEN batch_start.id AND batch_end.id;
        DELETE FROM orders WHERE lost OR id BETWEEN batch_start.id AND batch_end.id;
        COMMIT;

        SELECT id INTO batch_start FROM orders
        WHERE id > batch_end.id
        ORDER BY id LIMIT 1;
    END LOOP;
END
$$;
