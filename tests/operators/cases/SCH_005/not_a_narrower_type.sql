CREATE TABLE notes (initial char(1), amount numeric(10, 0), tags bigint[], body text, id uuid, at date, n integer);
