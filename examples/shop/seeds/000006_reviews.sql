INSERT INTO reviews (product_id, customer_id, rating, body, written_at) VALUES
    (1, 1, 5, 'Like my grandmother''s.', '2023-06-01 10:00+00'),
    (1, 2, 4, NULL,                      '2023-06-02 10:00+00'),
    (2, 1, 1, 'Too sweet.',              '2024-03-10 10:00+00'),
    (3, 3, 5, 'Délicieux !',             '2024-01-15 10:00+00'),
    -- by people who closed their accounts
    (3, NULL, 4, NULL,                   '2022-01-15 10:00+00'),
    (3, NULL, 4, NULL,                   '2022-01-16 10:00+00'),
    -- not in the window
    (6, 1, 2, 'Cloudy.',                 '2023-06-03 10:00+00');
