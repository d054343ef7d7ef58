INSERT INTO settings (name, "Value") VALUES ('theme', 'dark') ON CONFLICT (name) DO NOTHING;
INSERT INTO settings (name, "Value") VALUES ('font', 'serif')
  ON CONFLICT (name) DO UPDATE SET "Value" = EXCLUDED."Value" RETURNING name;
INSERT INTO settings VALUES ('a', 'b') ON CONFLICT DO NOTHING;
