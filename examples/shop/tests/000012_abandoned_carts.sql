-- Carts of 2023 are gone, those of 2024 are not; nothing but carts went.
SELECT array_agg(id ORDER BY id) = '{4,12}' FROM orders WHERE status = 'cart';
SELECT count(*) = 15 FROM orders;

-- They can be brought back with all that was in them.
SELECT array_agg(id ORDER BY id) = '{9,14}' FROM archived_carts;
SELECT count(*) = 3 AND sum(quantity * unit_price) = 143.45 FROM archived_cart_items;

-- What lay in them does not count as sold.
SELECT sold = 10 + 1 FROM bestsellers WHERE product_id = 2;
SELECT count(*) = 0 FROM bestsellers WHERE product_id = 6;
