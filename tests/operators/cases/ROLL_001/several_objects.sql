DROP FUNCTION touch(int, text), refresh, "Ünder" CASCADE;
DROP POLICY own_rows ON orders;
CREATE INDEX orders_state_idx ON orders (state);
ALTER TABLE orders ADD COLUMN state text;
