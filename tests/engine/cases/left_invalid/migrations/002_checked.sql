ALTER TABLE orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;
ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES customers NOT VALID;
ALTER TABLE orders VALIDATE CONSTRAINT orders_customer_fkey;
ALTER DOMAIN amount ADD CONSTRAINT amount_check CHECK (value < 1000) NOT VALID;
ALTER DOMAIN amount VALIDATE CONSTRAINT amount_check;
CREATE INDEX events_day_idx ON ONLY events (day);
CREATE INDEX events_2025_day_idx ON events_2025 (day);
ALTER INDEX events_day_idx ATTACH PARTITION events_2025_day_idx;
