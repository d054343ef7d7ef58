CREATE TABLE sessions (id int, expires_at timestamptz, pinned boolean);
INSERT INTO sessions VALUES (1, '2020-01-01', true), (2, '2020-01-01', false);
