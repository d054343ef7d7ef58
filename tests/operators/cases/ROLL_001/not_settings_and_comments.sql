SET lock_timeout = '1s';
LOCK TABLE notes;
COMMENT ON TABLE notes IS 'old';
SELECT 1;
