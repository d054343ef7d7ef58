ALTER TABLE "Größen" ADD COLUMN rate numeric(4, 2) DEFAULT 1.5, ADD COLUMN "fix" bool NOT NULL DEFAULT false;
