SET LOCAL lock_timeout = '2s';

-- Rewrites the table: there are few customers, and this runs at night.
ALTER TABLE customers
    ALTER COLUMN newsletter DROP DEFAULT,
    ALTER COLUMN newsletter TYPE text USING CASE WHEN newsletter THEN 'weekly' WHEN NOT newsletter THEN 'never' END;

ALTER TABLE customers RENAME COLUMN newsletter TO newsletter_frequency;

ALTER TABLE customers
    ADD CONSTRAINT customers_newsletter_frequency_known CHECK (newsletter_frequency IN ('never', 'monthly', 'weekly'));

ALTER TABLE customers ALTER COLUMN newsletter_frequency SET DEFAULT 'never';

-- Who has not bought anything is not to be bothered every week.
UPDATE customers
SET newsletter_frequency = 'monthly'
WHERE newsletter_frequency = 'weekly'
  AND NOT EXISTS (
      SELECT 1
      FROM orders
      WHERE orders.customer_id = customers.id
        AND orders.status IN ('placed', 'paid', 'shipped')
  );
