-- migrate:up
CREATE TYPE tier AS ENUM ('gold');
CREATE TABLE "Konten" (id int PRIMARY KEY, tier tier);
CREATE TABLE buchungen (konto_id int REFERENCES "Konten" (id));
ALTER TABLE orders ADD COLUMN a int, ADD COLUMN b int;
-- migrate:down
ALTER TABLE orders DROP COLUMN a;
ALTER TABLE orders DROP COLUMN b;
DROP TABLE buchungen;
DROP TABLE "Konten";
DROP TYPE tier;
