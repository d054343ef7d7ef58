CREATE TABLE orders (
  id bigserial PRIMARY KEY,
  status text NOT NULL DEFAULT 'new', -- état
  note text,
  total numeric(10, 2) CONSTRAINT total_present NOT NULL CHECK (total >= 0),
  net numeric GENERATED ALWAYS AS (total / 1.2) STORED
);
