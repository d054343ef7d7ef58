SELECT 1;

---- change
CREATE TABLE logs (id bigserial PRIMARY KEY, text text CHECK (text <> ''));
INSERT INTO logs (text) VALUES ('x');

---- differences
-- table logs was left behind
