UPDATE orders o SET customer_name = u.name FROM users u WHERE u.id = o.user_id;
CREATE VIEW v AS SELECT o.id FROM orders o JOIN users u ON u.id = o.user_id;
