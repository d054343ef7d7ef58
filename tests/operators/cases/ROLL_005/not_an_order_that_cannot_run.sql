-- migrate:up
CREATE TABLE items (name text);
CREATE INDEX items_name_idx ON items (name);
-- migrate:down
-- each pair either fails the other way round or leads to the same database
ALTER TABLE orders ADD COLUMN état text;
UPDATE orders SET état = 'neu';
ALTER TABLE orders RENAME COLUMN état TO state;
CREATE INDEX orders_state_idx ON orders (state);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
DROP TRIGGER log ON payments;
DROP TABLE payments CASCADE;
DROP TRIGGER audit ON notes;
DROP FUNCTION audit CASCADE;
DROP INDEX items_name_idx;
DROP TABLE items RESTRICT;
