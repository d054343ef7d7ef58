CREATE TABLE "We{i}rd %s" ("a b" int, "é" text); INSERT INTO "We{i}rd %s" VALUES (1, 'x');

---- change
ALTER TABLE "We{i}rd %s" DROP COLUMN "é";

---- differences
-- column We{i}rd %s.é was lost
