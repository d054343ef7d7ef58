CREATE TABLE profiles (id int REFERENCES auth.users);
GRANT SELECT ON profiles TO confiture_test_anon;
