DO $$
BEGIN
  UPDATE orders SET status = 'open';
  EXECUTE 'DELETE FROM carts';
  PERFORM setval('orders_id_seq', (SELECT max(id) FROM orders));
END $$;
CREATE FUNCTION prune() RETURNS SETOF bigint LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY DELETE FROM carts RETURNING id;
END $$;
