UPDATE orders SET total = price * quantity;
INSERT INTO labels (name, kind) VALUES ('a=b', 'x<y'), ('AND', 'OR');
CREATE TABLE t (a int CHECK (a > 0 AND a < 10));
CREATE INDEX ON t (a) WHERE a = 1;
ALTER TABLE t ADD CHECK (a BETWEEN 1 AND 9), ADD CHECK (b LIKE 'x%' OR b IN ('y', 'z'));
SELECT count(*) FROM t WHERE EXISTS (SELECT FROM u) AND a > 1;
