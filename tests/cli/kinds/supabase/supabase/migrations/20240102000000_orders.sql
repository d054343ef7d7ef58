CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    total integer NOT NULL CHECK (total >= 0)
);
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY "anyone may read" ON orders FOR SELECT USING (true);
