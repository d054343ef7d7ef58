CREATE TABLE crate (id int PRIMARY KEY);
CREATE TABLE downloads (crate_id int PRIMARY KEY REFERENCES crate, count int NOT NULL);
CREATE FUNCTION count_from_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO downloads VALUES (NEW.id, 0); RETURN NULL; END $$;
CREATE TRIGGER count_from_zero AFTER INSERT ON crate FOR EACH ROW EXECUTE FUNCTION count_from_zero();

---- rows
-- crate: 20
-- downloads: 20

---- notes

---- holds
SELECT bool_and(count = 0) FROM downloads;
