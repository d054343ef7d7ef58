-- Bound to migration 000004 by its name: runs right after it.
SELECT total = 16.90 FROM orders WHERE id = 1;
SELECT total = 980.10 FROM orders WHERE id = 7;
SELECT total = 0 FROM orders WHERE id = 10;
SELECT total = 499.00 FROM orders WHERE id = 10001;
SELECT convalidated FROM pg_constraint WHERE conname = 'orders_total_not_negative';
