-- migrate:up
CREATE TABLE orders (
    id integer PRIMARY KEY,
    total integer NOT NULL CHECK (total >= 0)
);

-- migrate:down
DROP TABLE orders;
