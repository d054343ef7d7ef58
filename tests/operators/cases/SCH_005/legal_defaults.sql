CREATE TYPE status AS ENUM ('new', 'paid', 'sent');
CREATE TABLE orders (
  id bigint GENERATED ALWAYS AS IDENTITY,
  status status NOT NULL DEFAULT 'new'::status,
  channel varchar CHECK (channel IN ('web', 'shop')) DEFAULT 'shop',
  note varchar DEFAULT '-'
);
ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'sent';
ALTER TABLE orders ALTER COLUMN channel SET DEFAULT 'web';
