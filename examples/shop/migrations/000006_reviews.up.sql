CREATE TABLE reviews (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id  bigint NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    customer_id bigint REFERENCES customers (id) ON DELETE SET NULL,
    rating      smallint NOT NULL CHECK (rating >= 1 AND rating <= 5),
    body        text,
    written_at  timestamptz NOT NULL DEFAULT now(),
    UNIQUE (product_id, customer_id)
);

CREATE INDEX reviews_customer_id_idx ON reviews (customer_id);

-- Products that nobody has reviewed yet are listed too.
CREATE VIEW product_ratings AS
SELECT products.id AS product_id, products.name, count(reviews.id) AS reviews, round(avg(reviews.rating), 1) AS average
FROM products
LEFT JOIN reviews ON reviews.product_id = products.id
WHERE products.active
GROUP BY products.id, products.name;

GRANT SELECT ON product_ratings TO PUBLIC;

-- Refreshed every night.
CREATE MATERIALIZED VIEW bestsellers AS
SELECT product_id, sum(quantity) AS sold
FROM order_items
GROUP BY product_id;

CREATE UNIQUE INDEX bestsellers_product_id_idx ON bestsellers (product_id);
