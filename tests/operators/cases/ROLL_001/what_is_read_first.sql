-- the rows move before their table goes
UPDATE archive SET note = 'Größe';
INSERT INTO orders SELECT * FROM archive;
DROP TABLE archive;
