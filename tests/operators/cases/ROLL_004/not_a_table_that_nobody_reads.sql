-- migrate:up
CREATE TABLE report AS SELECT count(*) AS n FROM orders;
-- migrate:down
DROP TABLE report;
