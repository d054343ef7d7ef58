UPDATE orders SET total = price * quantity;
INSERT INTO labels (name, kind) VALUES ('a=b', 'x<y'), ('AND', 'OR');
CREATE TABLE t (a int CHECK (a > 0 AND a < 10));
CREATE INDEX ON t (a) WHERE a = 1;
