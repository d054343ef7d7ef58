CREATE SEQUENCE s;

---- change
SELECT nextval('s'), nextval('s');

---- differences
