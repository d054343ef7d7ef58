-- People who buy. An e-mail address belongs to one customer, whatever its case.
CREATE TABLE customers (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email      text NOT NULL CHECK (email LIKE '%_@_%'),
    name       text NOT NULL,
    phone      text CHECK (length(phone) <= 20),
    street     text,
    city       text,
    country    char(2) NOT NULL DEFAULT 'FR' CHECK (country = upper(country)),
    newsletter boolean DEFAULT false, -- NULL: came from the old shop and was never asked
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX customers_email_idx ON customers (lower(email));

CREATE INDEX customers_created_at_idx ON customers (created_at);
