ALTER TABLE customers DROP CONSTRAINT customers_newsletter_frequency_known;
ALTER TABLE customers RENAME COLUMN newsletter_frequency TO newsletter;
ALTER TABLE customers
    ALTER COLUMN newsletter DROP DEFAULT,
    ALTER COLUMN newsletter TYPE boolean USING newsletter <> 'never';
ALTER TABLE customers ALTER COLUMN newsletter SET DEFAULT false;
