CREATE TABLE t (a int);
CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION no();

---- rows
-- t: 0

---- notes
-- t has no rows: not today (P0001)

---- holds
