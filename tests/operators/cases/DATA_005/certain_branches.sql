UPDATE "Käufer" SET tier = CASE WHEN spent > 100 THEN 'gold' WHEN spent > 10 THEN 'silver' ELSE 'silver' END;
