CREATE FUNCTION open_orders(customer bigint) RETURNS bigint LANGUAGE sql AS
'SELECT count(*) FROM orders WHERE customer_id = customer AND NOT shipped';
CREATE PROCEDURE prune() BEGIN ATOMIC
  DELETE FROM carts WHERE changed_at < now();
END;
