CREATE TABLE orders (id int PRIMARY KEY, placed_on date NOT NULL DEFAULT '2024-01-01', code uuid NOT NULL);
UPDATE orders SET placed_on = '2024-01-02', code = '0b2ff5b4-5e0f-4d3a-9a37-8f1b3e6f0c11';
CREATE VIEW v AS SELECT o.*, count(*) AS n FROM orders o GROUP BY o.id LIMIT 10;
CREATE TABLE jobs (started_at timestamptz, ended_at timestamptz, took interval, tries int);
UPDATE jobs SET took = ended_at - started_at, tries = rate::numeric;
