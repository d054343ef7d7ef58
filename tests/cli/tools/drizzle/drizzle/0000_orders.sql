CREATE TABLE orders (
    id integer PRIMARY KEY,
    total integer NOT NULL CHECK (total >= 0)
);
--> statement-breakpoint
CREATE INDEX orders_total_idx ON orders (total);
