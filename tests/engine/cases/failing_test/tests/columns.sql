SELECT true AS holds;
SELECT count(*) = 7 AS "seven columns" FROM information_schema.columns WHERE table_name = 'users';
