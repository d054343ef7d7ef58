-- Its name begins with a version: it runs right after migration 2.
SELECT id = 1 AS "only the free order is paid" FROM orders WHERE paid;
