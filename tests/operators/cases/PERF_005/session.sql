SET SESSION lock_timeout = 500; /* ½ s */
DROP INDEX orders_idx;
