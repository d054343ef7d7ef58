CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, x int GENERATED ALWAYS AS (1 + 1) STORED);
CREATE TABLE b (id bigserial PRIMARY KEY, a_id int NOT NULL REFERENCES a);

---- rows
-- a: 20
-- b: 20

---- notes

---- holds
SELECT count(DISTINCT a_id) >= 10 FROM b;
