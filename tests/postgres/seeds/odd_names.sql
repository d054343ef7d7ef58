CREATE SCHEMA "My App";
CREATE TYPE "My App"."Kind" AS ENUM ('a''b', 'c%s');
CREATE TABLE "My App"."T {x}.y" ("a b" int PRIMARY KEY, "%s" "My App"."Kind" NOT NULL, "é" text);
CREATE TABLE c (r int NOT NULL REFERENCES "My App"."T {x}.y");

---- rows
-- My App.T {x}.y: 20
-- c: 20

---- notes

---- holds
