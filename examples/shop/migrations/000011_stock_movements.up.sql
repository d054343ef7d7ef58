SET LOCAL lock_timeout = '2s';

-- When fewer are left, more are ordered.
-- confiture: budget max=2s rewrite=no scan=no
ALTER TABLE products ADD COLUMN reorder_below integer NOT NULL DEFAULT 5;

CREATE TABLE stock_movements (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product_id bigint NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    order_id   bigint REFERENCES orders (id) ON DELETE SET NULL DEFERRABLE,
    change     integer NOT NULL CHECK (change <> 0),
    reason     text NOT NULL CHECK (reason IN ('opening', 'sale', 'return', 'correction')),
    moved_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX stock_movements_product_id_moved_at_idx ON stock_movements (product_id, moved_at);

-- What lies on the shelves today. The trigger does not exist yet, so the stock stays as it is.
INSERT INTO stock_movements (product_id, change, reason)
SELECT id, stock, 'opening'
FROM products
WHERE stock > 0;

CREATE FUNCTION apply_stock_movement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE products SET stock = stock + NEW.change WHERE id = NEW.product_id;
    RETURN NEW;
END
$$;

CREATE TRIGGER stock_movements_apply
    AFTER INSERT ON stock_movements
    FOR EACH ROW EXECUTE FUNCTION apply_stock_movement();

-- What has been sold and not been shipped is still on the shelves, but no longer ours to sell.
INSERT INTO stock_movements (product_id, order_id, change, reason)
SELECT order_items.product_id, orders.id, -order_items.quantity, 'sale'
FROM order_items
JOIN orders ON orders.id = order_items.order_id
WHERE orders.status IN ('placed', 'paid');
