WITH RECURSIVE tree AS (
  SELECT id, 1 AS depth FROM nodes WHERE parent_id IS NULL
  UNION ALL
  SELECT n.id, t.depth + 1 FROM nodes n JOIN tree t ON t.id = n.parent_id AND t.depth < 9
)
INSERT INTO node_depths SELECT id, depth FROM tree LIMIT 1000;
