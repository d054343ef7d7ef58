CREATE TABLE orders (id int PRIMARY KEY, owner text, total int, changed timestamptz);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.changed := now(); RETURN NEW; END $$;
-- seed
INSERT INTO orders VALUES (1, 'ann', 5), (2, 'ann', 7), (3, 'bob', 9), (4, 'bob', NULL), (5, 'bob', 8);
-- migration
CREATE VIEW sales AS SELECT owner, sum(total) AS total FROM orders WHERE total > 5 GROUP BY owner;
CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_orders ON orders FOR SELECT USING (owner = current_user AND total > 0);
GRANT SELECT ON sales TO PUBLIC;
