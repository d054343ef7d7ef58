ALTER TABLE orders ADD COLUMN paid boolean;

UPDATE orders SET paid = true WHERE total = 0;
