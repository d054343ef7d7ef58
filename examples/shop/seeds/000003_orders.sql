INSERT INTO orders (id, customer_id, status, ship_street, ship_city, created_at, placed_at) OVERRIDING SYSTEM VALUE VALUES
    (1,     1,     'shipped',   NULL,                 NULL,       '2023-05-10 08:00+00', '2023-05-10 08:30+00'),
    (2,     1,     'paid',      '5 quai Nord',        'Lyon',     '2024-02-01 08:00+00', '2024-02-01 08:05+00'),
    -- to the same place again
    (3,     1,     'placed',    '5 quai Nord',        'Lyon',     '2024-03-01 08:00+00', '2024-03-01 08:05+00'),
    (4,     1,     'cart',      NULL,                 NULL,       '2024-05-01 08:00+00', NULL),
    -- placed in the last minutes of 2023, created the day before; sent to his own address
    (5,     2,     'shipped',   '1 rue des Abeilles', 'Lyon',     '2023-12-30 12:00+00', '2023-12-31 23:58+00'),
    -- cancelled while it was a cart
    (6,     2,     'cancelled', NULL,                 NULL,       '2023-06-01 12:00+00', NULL),
    -- neither she nor the order has a city; created in one year, placed in the next
    (7,     3,     'shipped',   '12 Grand-Place',     NULL,       '2023-12-31 12:00+00', '2024-01-01 00:00+00'),
    (8,     6,     'cancelled', NULL,                 NULL,       '2023-02-02 12:00+00', '2023-02-02 12:30+00'),
    -- abandoned
    (9,     7,     'cart',      NULL,                 NULL,       '2023-11-11 11:00+00', NULL),
    -- has no items
    (10,    8,     'placed',    '3 impasse du Môle',  NULL,       '2024-04-04 04:00+00', '2024-04-04 04:04+00'),
    (11,    8,     'paid',      '3 impasse du Môle',  NULL,       '2024-04-05 04:00+00', '2024-04-05 04:04+00'),
    -- a cart of the first moment of 2024
    (12,    8,     'cart',      NULL,                 NULL,       '2024-01-01 00:00+00', NULL),
    (13,    2,     'paid',      '1 rue des Abeilles', 'Lyon',     '2024-06-01 08:00+00', '2024-06-01 08:01+00'),
    -- abandoned, but its items were worth keeping
    (14,    6,     'cart',      NULL,                 NULL,       '2023-12-31 23:59+00', NULL),
    (10000, 10001, 'paid',      NULL,                 NULL,       '2024-06-01 08:00+00', '2024-06-01 08:01+00'),
    (10001, 10001, 'shipped',   NULL,                 NULL,       '2022-06-01 08:00+00', '2022-06-01 08:01+00'),
    (10002, 10001, 'shipped',   'Hôtel du Lac',       'Annecy',   '2022-07-01 08:00+00', '2022-07-01 08:01+00');

INSERT INTO order_items (order_id, product_id, quantity, unit_price) VALUES
    (1,     1, 2,  4.00),
    (1,     3, 1,  8.90),
    (2,     8, 1,  120.00),
    (3,     2, 10, 4.50),
    (4,     7, 1,  0.00),
    (5,     5, 2,  25.00),
    (6,     2, 1,  4.50),
    (6,     9, 2,  10.50),
    (7,     3, 99, 9.90),
    (8,     1, 1,  4.00),
    (9,     2, 3,  4.50),
    (9,     6, 1,  5.20),
    (11,    3, 12, 8.90),
    (12,    1, 1,  4.00),
    (13,    5, 2,  25.00),
    (14,    8, 1,  124.75),
    (10000, 1, 1,  1.00),
    (10001, 8, 4,  124.75),
    (10002, 7, 1,  0.99);

ALTER TABLE orders ALTER COLUMN id RESTART WITH 20000;
