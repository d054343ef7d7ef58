CREATE TABLE settings (id int PRIMARY KEY);
CREATE TABLE organisation (id int PRIMARY KEY, settings_id int NOT NULL UNIQUE REFERENCES settings, name text NOT NULL);
CREATE TABLE subscription (id int PRIMARY KEY, organisation_id int NOT NULL UNIQUE REFERENCES organisation);
CREATE TABLE status (name text PRIMARY KEY);
CREATE TABLE invoice (id int PRIMARY KEY, status text NOT NULL REFERENCES status);
INSERT INTO settings VALUES (1), (2);
INSERT INTO organisation VALUES (1, 1, 'ours'), (2, 2, 'theirs');
INSERT INTO status VALUES ('open'), ('paid');

---- rows
-- settings: 20
-- organisation: 20
-- subscription: 20
-- status: 2
-- invoice: 20

---- notes

---- holds
SELECT count(*) = 2 FROM organisation WHERE name IN ('ours', 'theirs') AND id < 3;
