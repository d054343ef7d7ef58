CREATE TABLE orders (
    id integer PRIMARY KEY,
    total integer NOT NULL CHECK (total >= 0)
);
COMMENT ON COLUMN orders.total IS 'in {{.currency}}';

---- create above / drop below ----

DROP TABLE orders;
