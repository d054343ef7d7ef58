-- The column comes back as the last one; nothing depends on its place.
ALTER TABLE customers ADD COLUMN phone text CHECK (length(phone) <= 20);

UPDATE customers
SET phone = retired_phone_numbers.phone
FROM retired_phone_numbers
WHERE retired_phone_numbers.customer_id = customers.id;

DROP TABLE retired_phone_numbers;
