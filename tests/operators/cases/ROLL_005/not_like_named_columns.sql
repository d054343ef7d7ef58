-- two tables, one name
ALTER TABLE post_report RENAME COLUMN conclusion TO reason;
ALTER TABLE comment_report RENAME COLUMN conclusion TO reason;
CREATE INDEX a_idx ON a (x);
CREATE INDEX b_idx ON b (x);
