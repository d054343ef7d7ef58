CREATE TABLE points (n int CHECK (n > 0.5), CONSTRAINT small CHECK (n < 99.5));
