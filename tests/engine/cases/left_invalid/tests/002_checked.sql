SELECT count(*) = 1 FROM pg_constraint WHERE conname = 'orders_total_check';
