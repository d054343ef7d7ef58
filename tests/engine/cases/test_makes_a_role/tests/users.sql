CREATE ROLE test_makes_a_role_reader;
GRANT SELECT ON users TO test_makes_a_role_reader;
SELECT has_table_privilege('test_makes_a_role_reader', 'users', 'SELECT');
