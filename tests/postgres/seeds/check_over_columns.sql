CREATE TABLE t (a int NOT NULL, b int NOT NULL, c text, CHECK (a < b), CHECK (c IS NOT NULL OR a > 1));

---- rows
-- t: 20

---- notes

---- holds
