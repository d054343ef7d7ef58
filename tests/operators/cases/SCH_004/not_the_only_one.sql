CREATE TABLE products (
  kind text CHECK (kind IN ('book')),
  size int CHECK (size BETWEEN smallest() AND largest()),
  state text CHECK (state = ANY (known_states()))
);
CREATE TYPE colour AS ENUM ('red');
CREATE TYPE status AS ENUM ('new', 'paid');
INSERT INTO orders (status) VALUES ('new'), ('paid');
CREATE POLICY all_rows ON products USING (true) WITH CHECK (true);
