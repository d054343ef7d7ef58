CREATE INDEX events_at_idx ON events USING brin (at);
CREATE INDEX users_name_idx ON users (name text_pattern_ops);
