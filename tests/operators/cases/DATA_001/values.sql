INSERT INTO roles (name, "Label") VALUES
  ('member', 'Member'), -- default
  ('editor', 'Editor'),
  ('admin', 'Administrator')
ON CONFLICT (name) DO UPDATE SET "Label" = EXCLUDED."Label", changed = true;
UPDATE prices p SET amount = v.amount
FROM (VALUES (1, 9.90), (2, 19.90)) AS v (id, amount)
WHERE v.id = p.id;
