-- Runs right after migration 000001. Ids are given, so that later seeds and the tests can speak of them.
INSERT INTO customers (id, email, name, phone, street, city, country, newsletter, created_at) OVERRIDING SYSTEM VALUE VALUES
    (1,     'ada@example.com',    'Ada',    '+33 4 72 00 00 01', '1 rue des Abeilles', 'Lyon',  'FR', true,  '2022-03-01 09:00+00'),
    -- lives with Ada
    (2,     'Bruno@Example.com',  'Bruno',  NULL,                '1 rue des Abeilles', 'Lyon',  'FR', false, '2022-03-01 09:05+00'),
    -- no address, never asked about the newsletter
    (3,     'chloe@example.be',   'Chloé',  '+32 2 000 00 03',   NULL,                 NULL,    'BE', NULL,  '2022-07-14 12:00+00'),
    -- a street without a city; never ordered
    (4,     'dieter@example.de',  'Dieter', NULL,                'Kirschweg 4',        NULL,    'DE', true,  '2023-01-01 00:00+00'),
    -- never ordered
    (5,     'eva@example.com',    'Eva',    NULL,                NULL,                 'Nice',  'FR', false, '2023-02-02 08:00+00'),
    -- cancelled her only order
    (6,     'fatou@example.com',  'Fatou',  '+33 1 00 00 00 06', '6 allée Verte',      'Paris', 'FR', true,  '2023-02-01 08:00+00'),
    -- left a cart behind
    (7,     'gilles@example.com', 'Gilles', NULL,                NULL,                 NULL,    'FR', true,  '2023-11-11 10:00+00'),
    (8,     'hugo@example.com',   'Hugo',   '',                  NULL,                 'Brest', 'FR', true,  '2023-12-31 23:59+00'),
    -- came from the old shop
    (10001, 'zoe@example.com',    'Zoé',    '+33 5 00 01 00 01', '8 place du Marché',  'Pau',   'FR', NULL,  '2019-05-05 05:05+00');

ALTER TABLE customers ALTER COLUMN id RESTART WITH 20000;
