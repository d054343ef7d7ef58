ALTER TABLE accounts ADD COLUMN state boolean DEFAULT false NOT NULL;
UPDATE accounts SET state = true;
ALTER TABLE accounts ALTER COLUMN state SET DEFAULT now();
ALTER TABLE accounts ALTER COLUMN state DROP DEFAULT, DROP COLUMN state;
