CREATE TYPE kind AS ENUM ('web');
ALTER TABLE visits ADD COLUMN kind kind NOT NULL DEFAULT 'web', ADD COLUMN at timestamptz[] NOT NULL DEFAULT now() || now();
