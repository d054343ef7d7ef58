-- Later migrations of the example that rename and extend things, as projects do: none of them breaks what was promised.
-- change: a column is renamed
ALTER TABLE customers RENAME COLUMN name TO full_name;
-- change: a table is renamed
ALTER TABLE loyalty_entries RENAME TO loyalty_ledger;
-- change: a constraint is renamed
ALTER TABLE promotions RENAME CONSTRAINT promotions_do_not_overlap TO promotions_one_at_a_time;
-- change: an index is renamed
ALTER INDEX customers_created_at_idx RENAME TO customers_by_age_idx;
-- change: a type is renamed
ALTER TYPE loyalty_tier RENAME TO tier;
-- change: a schema is made and a table moves there
CREATE SCHEMA archive;
ALTER TABLE archived_carts SET SCHEMA archive;
-- change: a column is added
ALTER TABLE orders ADD COLUMN gift_note text;
-- change: a required column with a default is added
ALTER TABLE products ADD COLUMN weight integer NOT NULL DEFAULT 0;
-- change: a column becomes wider
ALTER TABLE promotions ALTER COLUMN id TYPE bigint;
-- change: a CHECK allows more
ALTER TABLE promotions DROP CONSTRAINT promotions_percentage_check;
ALTER TABLE promotions ADD CONSTRAINT promotions_percentage_check CHECK (percentage > 0 AND percentage <= 70);
-- change: a label is added to an enum
ALTER TYPE order_status ADD VALUE 'returned' AFTER 'shipped';
-- change: another index is added
CREATE INDEX orders_created_at_idx ON orders (created_at);
-- change: an index gets another column
DROP INDEX stock_movements_product_id_moved_at_idx;
CREATE INDEX stock_movements_product_id_moved_at_idx ON stock_movements (product_id, moved_at, reason);
-- change: a table is added that refers to others
CREATE TABLE wishes (
    customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    product_id  bigint NOT NULL REFERENCES products (id) ON DELETE CASCADE,
    PRIMARY KEY (customer_id, product_id)
);
-- change: rows are added
INSERT INTO categories (name) VALUES ('Teas'), ('Coffees');
-- change: rows are changed
UPDATE promotions SET title = 'Spring sale' WHERE title = 'Spring cleaning';
-- change: a default is changed
ALTER TABLE products ALTER COLUMN reorder_below SET DEFAULT 10;
-- change: a column becomes optional
ALTER TABLE customers ALTER COLUMN country DROP NOT NULL;
-- change: a policy is replaced
DROP POLICY orders_start_as_carts ON orders;
CREATE POLICY orders_are_placed_by_their_customer ON orders FOR INSERT WITH CHECK (customer_id = current_customer());
-- change: a table that nobody needs any more is dropped
DROP TABLE retired_phone_numbers;
