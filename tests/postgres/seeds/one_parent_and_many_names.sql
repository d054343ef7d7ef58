CREATE TABLE network (id int PRIMARY KEY);
INSERT INTO network VALUES (1);
CREATE TABLE client (network_id int NOT NULL REFERENCES network, name text NOT NULL, UNIQUE (network_id, name));

---- rows
-- network: 1
-- client: 20

---- notes

---- holds
