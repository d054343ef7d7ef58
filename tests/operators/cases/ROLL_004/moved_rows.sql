-- migrate:up
CREATE TABLE archive AS TABLE orders;
DELETE FROM orders WHERE closed;
-- migrate:down
INSERT INTO orders SELECT * FROM archive WHERE archive.closed;
