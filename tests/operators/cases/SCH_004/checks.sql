CREATE TABLE products (
  price numeric CHECK (price >= 0 AND price < 1000),
  size text CONSTRAINT size_known CHECK (size IN ('S', 'M', 'L')),
  CHECK (discount < price)
);
