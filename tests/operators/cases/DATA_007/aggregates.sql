UPDATE users u SET last_login = (SELECT MAX(l.at) FROM logins l WHERE l.user_id = u.id),
  spent = (SELECT sum(total) FROM orders WHERE user_id = u.id),
  orders = (SELECT count(DISTINCT o.day) FROM orders o WHERE o.user_id = u.id);
INSERT INTO stats (replies, tags)
SELECT count(p.reply_to), string_agg(p.tag, ',' ORDER BY p.tag)
FROM posts p GROUP BY p."Year", p.month;
