-- confiture: ignore-file PERF_003 reason:
-- confiture: ignore-start SCH_002 reason: filled in by a later release
ALTER TABLE users ADD COLUMN age int NOT NULL DEFAULT 0;
-- confiture: ignore-end SCH_002
ALTER TABLE users ADD COLUMN size int NOT NULL DEFAULT 0;
-- confiture: ignore SCH_04 a slip of the pen
-- confiture: ignore SCH_001 there is no key
ALTER TABLE users ADD COLUMN name text;
