BEGIN;
CREATE TABLE users (id int, name text NOT NULL);
COMMIT;
