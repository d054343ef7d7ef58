CREATE TABLE profiles (id int);
GRANT SELECT ON profiles TO "no such role";
