INSERT INTO categories (parent_id, name) SELECT id, 'Chestnut' FROM categories WHERE name = 'Honey';

INSERT INTO products (id, category_id, sku, name, price, discount, stock, active) OVERRIDING SYSTEM VALUE VALUES
    (1, (SELECT id FROM categories WHERE name = 'Jams'),       'JAM-001', 'Apricot',        4.50,   0.50, 40,  true),
    (2, (SELECT id FROM categories WHERE name = 'Jams'),       'JAM-002', 'Strawberry',     4.50,   NULL, 100, true),
    (3, (SELECT id FROM categories WHERE name = 'Honey'),      'HON-001', 'Acacia',         9.90,   1.00, 12,  true),
    -- sold out, never bought
    (4, (SELECT id FROM categories WHERE name = 'Chestnut'),   'HON-002', 'Chestnut',       12.00,  NULL, 0,   true),
    (5, (SELECT id FROM categories WHERE name = 'Gift boxes'), 'BOX-001', 'Breakfast box',  30.00,  5.00, 5,   true),
    -- out of the window, a few left
    (6, (SELECT id FROM categories WHERE name = 'Jams'),       'JAM-003', 'Quince',         5.20,   NULL, 3,   false),
    -- free, in no category
    (7, NULL,                                                  'SMP-001', 'Sample',         0.00,   NULL, 500, true),
    (8, (SELECT id FROM categories WHERE name = 'Gift boxes'), 'BOX-002', 'Bee-keeper box', 124.75, NULL, 2,   true),
    -- out of the window, none left
    (9, (SELECT id FROM categories WHERE name = 'Honey'),      'HON-003', 'Heather',        10.50,  NULL, 0,   false);

ALTER TABLE products ALTER COLUMN id RESTART WITH 20000;
