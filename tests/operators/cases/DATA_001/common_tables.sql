WITH moved AS (
  DELETE FROM app.sessions s WHERE s.expires_at < now() RETURNING s.*
), marked AS (
  UPDATE users SET stale = true WHERE last_seen < '2020-01-01'
)
INSERT INTO app.old_sessions SELECT * FROM moved;
WITH gone AS (DELETE FROM drafts WHERE body = '')
UPDATE authors SET cleaned = true;
