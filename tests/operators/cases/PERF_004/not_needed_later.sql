CREATE INDEX orders_idx ON orders (id, state);
ALTER INDEX orders_idx RENAME TO orders_state_idx;
