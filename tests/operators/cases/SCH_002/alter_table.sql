ALTER TABLE shop.orders ADD COLUMN "Ship To" text, ADD COLUMN shipped_at timestamptz DEFAULT now() NOT NULL;
ALTER TABLE shop.orders ALTER COLUMN status SET NOT NULL, ALTER note DROP NOT NULL;
