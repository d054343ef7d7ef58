CREATE TABLE u (id int PRIMARY KEY);
INSERT INTO u VALUES (77);
CREATE TABLE t (u_id int NOT NULL REFERENCES u);

---- rows
-- u: 1
-- t: 20

---- notes

---- holds
SELECT bool_and(u_id = 77) FROM t;
