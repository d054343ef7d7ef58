CREATE ROLE confiture_test_role;
GRANT SELECT ON users TO confiture_test_role;
DROP OWNED BY confiture_test_role;
DROP ROLE confiture_test_role;
