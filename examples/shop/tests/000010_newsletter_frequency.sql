SELECT newsletter_frequency = 'weekly' FROM customers WHERE id IN (1, 8);
SELECT newsletter_frequency = 'never' FROM customers WHERE id IN (2, 5);
SELECT newsletter_frequency IS NULL FROM customers WHERE id IN (3, 10001);

-- Never ordered, cancelled, left a cart: less often.
SELECT newsletter_frequency = 'monthly' FROM customers WHERE id IN (4, 6, 7);
