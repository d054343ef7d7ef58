CREATE TABLE users (id bigint PRIMARY KEY, team_id bigint, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id), total numeric);
CREATE TABLE refunds (id bigint PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders (id)); -- enforced
CREATE VIEW buyers AS SELECT u.name, o.total FROM orders o JOIN users u ON u.id = o.user_id;
CREATE VIEW refunded AS SELECT o.total FROM refunds r LEFT JOIN orders o ON o.id = r.order_id;
