-- A shelf for what is only made once a year.
INSERT INTO categories (name) VALUES ('Seasonal');

CREATE TABLE promotions (
    id         integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    title      text NOT NULL,
    percentage integer NOT NULL CHECK (percentage > 0 AND percentage <= 50),
    during     daterange NOT NULL CHECK (NOT isempty(during)),
    CONSTRAINT promotions_do_not_overlap EXCLUDE USING gist (during WITH &&)
);

CREATE TABLE promoted_products (
    promotion_id integer NOT NULL REFERENCES promotions (id) ON DELETE CASCADE,
    product_id   bigint NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    PRIMARY KEY (promotion_id, product_id)
);

INSERT INTO promotions (title, percentage, during) VALUES
    ('Spring cleaning', 20, daterange('2024-04-01', '2024-05-01')),
    ('Advent', 10, daterange('2024-12-01', '2024-12-25'));

-- Clear out what no longer sells: nothing bought, or taken out of the window. Gift boxes are left to Advent.
INSERT INTO promoted_products (promotion_id, product_id)
SELECT promotions.id, unsold.id
FROM promotions
CROSS JOIN (
    SELECT products.id
    FROM products
    LEFT JOIN order_items ON order_items.product_id = products.id
    WHERE order_items.order_id IS NULL
    UNION
    SELECT id FROM products WHERE NOT active AND stock > 0
) AS unsold
WHERE promotions.title = 'Spring cleaning';

INSERT INTO promoted_products (promotion_id, product_id)
SELECT promotions.id, products.id
FROM promotions
JOIN products ON products.sku LIKE 'BOX-%'
WHERE promotions.title = 'Advent'
ON CONFLICT (promotion_id, product_id) DO NOTHING;
