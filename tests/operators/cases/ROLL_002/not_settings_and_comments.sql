SET lock_timeout = '1s';
COMMENT ON TABLE notes IS 'old';
