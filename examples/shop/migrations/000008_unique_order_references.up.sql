-- Alone in its file: golang-migrate sends a file as one message, and CONCURRENTLY wants a message of its own.
-- confiture: budget lock<=ShareUpdateExclusive
CREATE UNIQUE INDEX CONCURRENTLY orders_reference_key ON orders (reference);
