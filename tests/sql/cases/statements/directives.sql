-- confiture: ignore-file PERF_004 we have few rows
-- confiture: migration 0005

-- confiture: ignore SCH_001 above
--   confiture:   budget max=2s lock<=Share  
ALTER TABLE a ADD UNIQUE (b); -- confiture: ignore SCH_002 behind on the same line
-- a plain comment
-- not confiture: ignore X
UPDATE a
  -- confiture: ignore DATA_001 inside
  SET b = 1 /* confiture: ignore no */;
SELECT '-- confiture: ignore string'; /* -- confiture: ignore block */

-- confiture: ignore LAST without a statement below
