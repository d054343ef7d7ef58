CREATE TABLE staging (
  id bigint GENERATED ALWAYS AS IDENTITY,
  name varchar(20) COLLATE "C" DEFAULT 'x',
  price numeric(8, 2),
  total numeric GENERATED ALWAYS AS (price * 2) STORED,
  at timestamptz
);
ALTER TABLE staging ALTER COLUMN price TYPE numeric(10, 4), ALTER COLUMN name DROP DEFAULT;
DROP TABLE staging;
