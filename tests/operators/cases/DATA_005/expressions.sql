UPDATE app.products
SET price_cents = price * 100 - discount, -- centimes
    rate = round(total::numeric(10, 2) / days, 2),
    seen_on = (now() AT TIME ZONE 'UTC')::timestamp,
    tier = CASE WHEN spent > 1000 THEN 'gold' WHEN spent > 100 THEN 'silver' ELSE 'bronze' END,
    rank = CASE WHEN a THEN 1 ELSE 0 END,
    data = data - 'key';
UPDATE jobs SET duration = ended_at - started_at, age = now() - jobs.created_at, due_on = due_on - 3;
