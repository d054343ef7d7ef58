SELECT count(*) = 2 FROM log;
