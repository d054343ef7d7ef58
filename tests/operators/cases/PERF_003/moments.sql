ALTER TABLE orders
    ADD COLUMN due timestamptz DEFAULT now() + interval '1 day', -- échéance
    ADD COLUMN seen timestamp DEFAULT (timezone('utc', CURRENT_TIMESTAMP(3))),
    ADD COLUMN delta int DEFAULT -1;
