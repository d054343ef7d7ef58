CREATE OR REPLACE FUNCTION shop.total(o orders) RETURNS numeric LANGUAGE sql AS 'SELECT o.price';
ALTER TYPE status ADD VALUE 'void' BEFORE 'paid';
ALTER TYPE status ADD VALUE IF NOT EXISTS 'perdu'; -- « perdu »
ALTER TABLE shop.orders RENAME TO commandes;
ALTER TABLE customers RENAME COLUMN name TO full_name;
DROP VIEW open_orders, "Late Orders";
CREATE TRIGGER log AFTER INSERT ON payments REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION log();
ALTER SEQUENCE numbers RESTART WITH 1000;
