CREATE SCHEMA auth;
CREATE TABLE auth.users (id int PRIMARY KEY);
DO $$ BEGIN CREATE ROLE confiture_test_anon; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
