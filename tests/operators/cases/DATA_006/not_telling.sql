CREATE TABLE users (id bigint PRIMARY KEY, name text);
INSERT INTO flags (a, b) VALUES ('x', 'x');
DELETE FROM orders USING users u LEFT JOIN teams t ON t.id = u.team_id WHERE t.name = 'x' AND u.name = orders.name;
INSERT INTO report SELECT name, count(id) FROM users GROUP BY name;
