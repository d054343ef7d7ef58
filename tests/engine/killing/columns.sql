CREATE TABLE customers (id int PRIMARY KEY);
-- migration
ALTER TABLE customers
    ADD COLUMN email varchar(80) NOT NULL DEFAULT '',
    ADD COLUMN joined timestamptz DEFAULT now();
CREATE TABLE "Gift Cards" ("Code" text COLLATE "C" PRIMARY KEY, value int GENERATED ALWAYS AS IDENTITY);
