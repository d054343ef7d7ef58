CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE version (parent_id int NOT NULL REFERENCES parent, num text NOT NULL, sortable text NOT NULL, note text, UNIQUE (parent_id, num));
CREATE FUNCTION sortable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.sortable := substring(NEW.num FROM '^[0-9]+[.][0-9]+[.][0-9]+$'); RETURN NEW; END $$;
CREATE TRIGGER sortable BEFORE INSERT ON version FOR EACH ROW EXECUTE FUNCTION sortable();
CREATE TABLE file (id int PRIMARY KEY, here text[] NOT NULL DEFAULT '{}', gone text[] NOT NULL DEFAULT '{}', name text);
CREATE FUNCTION apart() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN IF NEW.here && NEW.gone THEN RAISE 'cannot be here and gone'; END IF; RETURN NEW; END $$;
CREATE TRIGGER apart BEFORE INSERT ON file FOR EACH ROW EXECUTE FUNCTION apart();

---- rows
-- version: 20
-- file: 20

---- notes

---- holds
SELECT count(DISTINCT parent_id) >= 10 FROM version;
SELECT bool_or(name IS NOT NULL) FROM file;
