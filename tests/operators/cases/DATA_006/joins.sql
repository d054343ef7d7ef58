CREATE VIEW app.order_totals AS
  SELECT o.id, sum(i.price) AS total, max(s.name) AS shop
  FROM orders o
  LEFT OUTER JOIN items i ON i.order_id = o.id
  INNER JOIN shops AS s USING (shop_id)
  FULL JOIN refunds r ON r.order_id = o.id
  GROUP BY o.id;
UPDATE orders SET city = a.city
FROM customers c JOIN (SELECT customer_id, city FROM addresses) a ON a.customer_id = c.id
WHERE c.id = orders.customer_id;
