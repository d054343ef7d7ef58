-- Everyone with a street has it as the default address.
SELECT count(*) = 5 FROM addresses WHERE is_default;
SELECT count(*) = 9 FROM addresses;
SELECT city = 'unknown' FROM addresses WHERE customer_id IN (3, 4);
SELECT city = 'Brest' FROM addresses WHERE customer_id = 8;

-- Whatever was placed is sent somewhere.
SELECT addresses.street = '5 quai Nord'
FROM orders
LEFT JOIN addresses ON addresses.id = orders.address_id
WHERE orders.id IN (2, 3);

SELECT addresses.is_default
FROM orders
LEFT JOIN addresses ON addresses.id = orders.address_id
WHERE orders.id IN (1, 5, 8, 13, 10000, 10001);

SELECT address_id IS NULL FROM orders WHERE status = 'cart';
