-- The application says whom it acts for: SET shop.customer_id = '42'.
CREATE FUNCTION current_customer() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('shop.customer_id', true), '')::bigint
$$;

ALTER TABLE orders ENABLE ROW LEVEL SECURITY;

CREATE POLICY orders_are_seen_by_their_customer ON orders
    FOR SELECT
    USING (customer_id = current_customer() AND status <> 'cancelled');

CREATE POLICY orders_start_as_carts ON orders
    FOR INSERT
    WITH CHECK (customer_id = current_customer() AND status = 'cart');

ALTER TABLE addresses ENABLE ROW LEVEL SECURITY;

CREATE POLICY addresses_belong_to_their_customer ON addresses
    USING (customer_id = current_customer())
    WITH CHECK (customer_id = current_customer());
