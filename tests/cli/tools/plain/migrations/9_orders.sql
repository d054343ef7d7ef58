\set ON_ERROR_STOP on
CREATE TABLE orders (
    id integer PRIMARY KEY,
    total integer NOT NULL CHECK (total >= 0)
);
