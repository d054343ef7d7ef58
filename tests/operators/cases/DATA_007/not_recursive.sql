WITH RECURSIVE tree AS (
  SELECT id FROM nodes WHERE parent_id IS NULL
  UNION ALL
  SELECT n.id FROM nodes n JOIN tree t ON t.id = n.parent_id
)
INSERT INTO reachable SELECT id FROM tree;
