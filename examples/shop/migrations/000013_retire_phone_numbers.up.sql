SET LOCAL lock_timeout = '2s';

-- Kept for one release, in case someone still calls.
CREATE TABLE retired_phone_numbers (
    customer_id bigint PRIMARY KEY REFERENCES customers (id) ON DELETE CASCADE,
    phone       text NOT NULL
);

INSERT INTO retired_phone_numbers (customer_id, phone)
SELECT id, phone
FROM customers
WHERE phone IS NOT NULL;

-- confiture: budget rewrite=no scan=no
ALTER TABLE customers DROP COLUMN phone;
