DROP INDEX orders_user_id_idx; -- d'abord
ALTER TABLE shop.orders DROP COLUMN user_id, DROP CONSTRAINT IF EXISTS total_positive;
