-- migrate:up
CREATE TABLE old_phones AS SELECT id, phone FROM customers WHERE phone IS NOT NULL;
ALTER TABLE customers DROP COLUMN phone;
-- migrate:down
ALTER TABLE customers ADD COLUMN phone text;
UPDATE customers SET phone = old_phones.phone FROM old_phones WHERE old_phones.id = customers.id;
DROP TABLE old_phones;
