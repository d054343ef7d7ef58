CREATE TABLE order_items (
  id bigint PRIMARY KEY,
  order_id bigint NOT NULL REFERENCES orders (number) ON DELETE CASCADE ON UPDATE SET NULL,
  note text, -- for the packer
  price numeric,
  CONSTRAINT price_present CHECK (price IS NOT NULL),
  CONSTRAINT one_note UNIQUE (note) DEFERRABLE INITIALLY DEFERRED
);
