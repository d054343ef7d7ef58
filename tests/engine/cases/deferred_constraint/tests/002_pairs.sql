SELECT count(*) = 2 FROM pairs;
