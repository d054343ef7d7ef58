DO $$
BEGIN
  UPDATE orders SET status = 'open';
  EXECUTE 'DELETE FROM carts';
  PERFORM setval('orders_id_seq', 100);
END $$;
CREATE FUNCTION prune() RETURNS SETOF bigint LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY DELETE FROM carts RETURNING id;
END $$;
