CREATE TABLE z (id int PRIMARY KEY, parent int REFERENCES z);
CREATE TABLE m (id int PRIMARY KEY, z_id int NOT NULL REFERENCES z);
CREATE TABLE a (m_id int NOT NULL REFERENCES m, z_id int REFERENCES z, PRIMARY KEY (m_id, z_id));

---- rows
-- z: 20
-- m: 20
-- a: 20

---- notes

---- holds
SELECT bool_or(parent IS NULL) AND bool_or(parent IS NOT NULL) FROM z;
