CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY,
  user_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE, -- who
  email text CONSTRAINT orders_email_key UNIQUE,
  price numeric(10, 2) CHECK (price >= 0),
  PRIMARY KEY (id),
  CONSTRAINT orders_price_check CHECK (price < 1000000),
  EXCLUDE USING gist (period WITH &&)
);
