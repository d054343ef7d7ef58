CREATE TABLE log (id uuid DEFAULT gen_random_uuid(), at timestamptz DEFAULT clock_timestamp(), body text);
INSERT INTO log (body) VALUES ('é'), ('𝄞');
CREATE INDEX log_body_idx ON log (body);
