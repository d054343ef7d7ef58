DELETE FROM users
WHERE name ILIKE '%test%'
  AND mail NOT LIKE '%@example.org'
  AND kind NOT IN ('admin', 'owner')
  AND EXISTS (SELECT FROM bans b WHERE b.user_id = users.id)
  AND country = 'FR'
  AND "état" <> ALL ('{a,b}');
