CREATE TABLE points (n int CHECK (n >= 1), m bigint CHECK (m > 0), x numeric CHECK (x < 1.5), k int CHECK (k <= 2.0));
