CREATE TABLE categories (
    id        integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    parent_id integer REFERENCES categories (id) ON DELETE CASCADE,
    name      text NOT NULL,
    UNIQUE (parent_id, name)
);

INSERT INTO categories (name) VALUES ('Jams'), ('Honey'), ('Gift boxes');

-- A product may be free, but then it cannot be discounted.
CREATE TABLE products (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    category_id integer REFERENCES categories (id) ON DELETE SET NULL,
    sku         text COLLATE "C" NOT NULL UNIQUE,
    name        text NOT NULL,
    price       numeric(10, 2) NOT NULL CHECK (price >= 0),
    discount    numeric(10, 2) CHECK (discount > 0),
    final_price numeric(10, 2) GENERATED ALWAYS AS (price - coalesce(discount, 0)) STORED,
    stock       integer NOT NULL DEFAULT 0 CHECK (stock >= 0),
    active      boolean NOT NULL DEFAULT true,
    CONSTRAINT products_discount_below_price CHECK (discount < price)
);

CREATE INDEX products_category_id_idx ON products (category_id);

-- The shop window: only what can be bought, by name.
CREATE INDEX products_window_idx ON products (name) INCLUDE (final_price) WHERE active;
