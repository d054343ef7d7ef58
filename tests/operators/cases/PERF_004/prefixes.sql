CREATE TABLE lines (id int PRIMARY KEY, order_id int, at date);
CREATE INDEX lines_id_idx ON lines (id);
CREATE INDEX lines_order_idx ON lines (order_id DESC);
CREATE INDEX lines_order_at_idx ON lines (order_id, at);
CREATE INDEX lines_lower_idx ON lines (lower(note));
CREATE INDEX lines_upper_idx ON lines (lower(name), at);
