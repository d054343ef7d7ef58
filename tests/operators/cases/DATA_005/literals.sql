INSERT INTO "Plans" (name, price, seats, active) VALUES ('Démo', 0, 1, true), ('Pro', 19.90, -1, false);
UPDATE orders SET status = 'open', retries = 3, note = NULL, created_at = DEFAULT, flags = '{}'::jsonb;
