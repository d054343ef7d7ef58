CREATE TABLE orders (id bigint PRIMARY KEY, status text NOT NULL, paid boolean NOT NULL);
UPDATE orders SET status = coalesce(status, 'new') WHERE status IS DISTINCT FROM 'cart' AND paid IS NOT TRUE;
UPDATE orders SET status = COALESCE('late', status), paid = COALESCE(paid, NULL);
SELECT nullif(note, ''), coalesce(note, '-') FROM orders WHERE note IS NULL;
