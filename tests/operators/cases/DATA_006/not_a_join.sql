UPDATE orders SET total = price * quantity WHERE status = 'open';
INSERT INTO notes (a, b) SELECT left(x, 1), right(x, 1) FROM texts CROSS JOIN marks;
CREATE VIEW v AS SELECT a.x FROM a NATURAL JOIN b;
