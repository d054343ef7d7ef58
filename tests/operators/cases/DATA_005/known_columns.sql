UPDATE orders SET status = 'paid', kind = 'web', name = 'x', ref = 'y', placed_on = '2024-01-01', seen_on = now()::timestamptz;
INSERT INTO orders (status) SELECT 'open' FROM carts;
