ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);
CREATE UNIQUE INDEX orders_ref_idx ON orders (tenant_id, ref);
