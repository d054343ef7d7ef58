SET LOCAL lock_timeout = '2s';

CREATE TABLE addresses (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    street      text NOT NULL,
    city        text NOT NULL,
    is_default  boolean NOT NULL DEFAULT false,
    UNIQUE (customer_id, street, city)
);

CREATE UNIQUE INDEX addresses_one_default_idx ON addresses (customer_id) WHERE is_default;

-- Where customers live …
INSERT INTO addresses (customer_id, street, city, is_default)
SELECT id, street, coalesce(city, 'unknown'), true
FROM customers
WHERE street IS NOT NULL;

-- … and where else they had something sent, each place once.
INSERT INTO addresses (customer_id, street, city)
SELECT DISTINCT orders.customer_id, orders.ship_street, coalesce(orders.ship_city, customers.city, 'unknown')
FROM orders
JOIN customers ON customers.id = orders.customer_id
WHERE orders.ship_street IS NOT NULL
ON CONFLICT (customer_id, street, city) DO NOTHING;

ALTER TABLE orders ADD COLUMN address_id bigint;

-- confiture: budget scan=no
ALTER TABLE orders
    ADD CONSTRAINT orders_address_id_fkey FOREIGN KEY (address_id) REFERENCES addresses (id) ON DELETE SET NULL NOT VALID;

-- A cart has no address yet.
UPDATE orders
SET address_id = addresses.id
FROM addresses
WHERE addresses.customer_id = orders.customer_id
  AND orders.status <> 'cart'
  AND (addresses.street = orders.ship_street OR (orders.ship_street IS NULL AND addresses.is_default));

-- confiture: budget lock<=ShareUpdateExclusive rewrite=no
ALTER TABLE orders VALIDATE CONSTRAINT orders_address_id_fkey;
