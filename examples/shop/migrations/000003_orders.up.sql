CREATE TYPE order_status AS ENUM ('cart', 'placed', 'paid', 'shipped', 'cancelled');

CREATE TABLE orders (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE RESTRICT,
    status      order_status NOT NULL DEFAULT 'cart',
    ship_street text, -- NULL: to where the customer lives
    ship_city   text,
    created_at  timestamptz NOT NULL DEFAULT now(),
    placed_at   timestamptz,
    CONSTRAINT orders_placed_at_known CHECK (status IN ('cart', 'cancelled') OR placed_at IS NOT NULL)
);

CREATE TABLE order_items (
    order_id   bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    product_id bigint NOT NULL REFERENCES products (id) ON DELETE RESTRICT,
    quantity   integer NOT NULL CHECK (quantity BETWEEN 1 AND 99),
    unit_price numeric(10, 2) NOT NULL CHECK (unit_price >= 0),
    PRIMARY KEY (order_id, product_id)
);

-- A customer fills one cart at a time.
CREATE UNIQUE INDEX orders_one_cart_idx ON orders (customer_id) WHERE status = 'cart';

CREATE INDEX orders_customer_id_placed_at_idx ON orders (customer_id, placed_at DESC);

CREATE INDEX order_items_product_id_idx ON order_items (product_id);
