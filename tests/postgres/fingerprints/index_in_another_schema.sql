CREATE SCHEMA app; CREATE TABLE app.t (a int);

---- change
CREATE INDEX t_a ON app.t (a);

---- differences
-- index app.t_a was left behind
