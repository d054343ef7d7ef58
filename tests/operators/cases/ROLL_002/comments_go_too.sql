CREATE TABLE notes (id bigint);
COMMENT ON TABLE notes IS 'alt'; -- the table must be there
RESET lock_timeout;
