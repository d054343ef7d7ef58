CREATE VIEW active_users AS
  SELECT id, email FROM users WHERE deleted_at IS NULL AND confirmed
  WITH LOCAL CHECK OPTION;
CREATE MATERIALIZED VIEW app.totals AS
  SELECT user_id, count(*) AS n FROM orders GROUP BY user_id
  UNION ALL
  SELECT user_id, 0 FROM guests
  WITH NO DATA;
CREATE TABLE medians AS
  SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) AS middle FROM orders WHERE paid WITH DATA;
