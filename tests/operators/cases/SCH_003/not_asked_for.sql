CREATE TABLE teams (id bigint, owner bigint, slug text, name text, CONSTRAINT teams_pkey PRIMARY KEY (id));
CREATE UNIQUE INDEX teams_slug ON teams (slug, name);
CREATE TABLE members (team bigint REFERENCES teams, since date);
INSERT INTO teams (id, slug, name) VALUES (1, 'a', 'A') ON CONFLICT (name, slug) DO NOTHING;
