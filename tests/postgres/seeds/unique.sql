CREATE TABLE t (
    id int PRIMARY KEY, a text UNIQUE, b uuid NOT NULL UNIQUE, c varchar(3) NOT NULL UNIQUE, d date UNIQUE,
    e text NOT NULL, f text NOT NULL, g int NOT NULL, UNIQUE (e, g)
);
CREATE UNIQUE INDEX ON t (lower(f));

---- rows
-- t: 20

---- notes

---- holds
