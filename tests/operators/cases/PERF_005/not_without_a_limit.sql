SET lock_timeout = 0;
SET statement_timeout = DEFAULT;
SET search_path = shop;
DROP INDEX orders_idx;
