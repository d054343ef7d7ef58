DROP VIEW open_orders;
DROP INDEX orders_state_idx;
ALTER TABLE orders DROP COLUMN state;
