UPDATE orders SET state='x' WHERE note='é'AND state IS DISTINCT FROM 'x';
DELETE FROM "Log" WHERE ctid IN (SELECT ctid FROM "Log" FETCH FIRST 10 ROWS ONLY);
UPDATE orders SET state = 'x' WHERE id BETWEEN 1 AND 100;
UPDATE orders SET state = 'x' WHERE 5 <= total AND id >= 100 AND paid AND id < 200;
