-- +goose Up
CREATE TABLE orders (
    id integer PRIMARY KEY,
    total integer NOT NULL CHECK (total >= 0)
);

-- +goose StatementBegin
CREATE FUNCTION total_of_all() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN
    RETURN (SELECT sum(total) FROM orders);
END $$;
-- +goose StatementEnd

-- +goose Down
DROP FUNCTION total_of_all();
DROP TABLE orders;
