-- migrate:up
CREATE TABLE a (id int);
-- migrate:down
DELETE FROM a WHERE id = 1;
DROP TABLE a;
