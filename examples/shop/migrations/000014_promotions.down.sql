DROP TABLE IF EXISTS promoted_products;
DROP TABLE IF EXISTS promotions;
DELETE FROM categories WHERE parent_id IS NULL AND name = 'Seasonal';
