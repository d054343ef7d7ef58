UPDATE orders
   SET status = 'new',   -- état
       kind = 'web'
 WHERE status IS NULL;
INSERT INTO t (a) VALUES (1);
INSERT INTO t (a) VALUES (2);
INSERT INTO t (a) VALUES (3);
INSERT INTO t (a) VALUES (4);
