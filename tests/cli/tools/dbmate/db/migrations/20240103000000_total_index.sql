-- migrate:up transaction:false
CREATE INDEX CONCURRENTLY orders_total_idx ON orders (total);

-- migrate:down transaction:false
DROP INDEX CONCURRENTLY orders_total_idx;
