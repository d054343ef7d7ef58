-- confiture: ignore SCH_002 filled in by a later release
ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0;
