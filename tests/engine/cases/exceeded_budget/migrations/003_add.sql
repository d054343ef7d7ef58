-- confiture: budget lock<=Share
ALTER TABLE users ADD COLUMN age int DEFAULT 0;
-- confiture: budget lock<=ShareUpdateExclusive
