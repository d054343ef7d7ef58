INSERT INTO "Länder" (code, "Name", capital, inhabitants) VALUES ('fr', 'France', 'Paris', 68000000), ('de', 'Deutschland', 'Berlin', 84000000);
INSERT INTO events (name, payload) VALUES ('start', '{"a": 1}');
