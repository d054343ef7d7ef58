UPDATE users SET tier = CASE WHEN false THEN 'gold' WHEN NULL THEN 'silver' ELSE NULL END;
