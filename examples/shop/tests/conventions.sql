-- House rules, read from the catalog.

-- Every table has a primary key.
SELECT count(*) = 0
FROM pg_class
WHERE relnamespace = 'public'::regnamespace
  AND relkind = 'r'
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'p');

-- A foreign key has the type of what it refers to.
SELECT pg_attribute.atttypid = referenced.atttypid
FROM pg_constraint
JOIN pg_attribute ON pg_attribute.attrelid = conrelid AND pg_attribute.attnum = conkey[1]
JOIN pg_attribute AS referenced ON referenced.attrelid = confrelid AND referenced.attnum = confkey[1]
WHERE contype = 'f';

-- Ids are generated, and never given by the application.
SELECT identity_generation = 'ALWAYS'
FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'id' AND table_name <> 'archived_carts';

-- Times know their zone; texts have no length, their limits are CHECKs.
SELECT count(*) = 0
FROM information_schema.columns
WHERE table_schema = 'public' AND data_type IN ('timestamp without time zone', 'character varying');
