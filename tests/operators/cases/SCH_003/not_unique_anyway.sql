-- another key, before or behind, makes the same columns unique
CREATE TABLE notes (id uuid NOT NULL, author uuid, CONSTRAINT notes_pkey PRIMARY KEY (id));
CREATE UNIQUE INDEX notes_id_key ON notes (id);
CREATE UNIQUE INDEX users_mail ON users (mail);
CREATE UNIQUE INDEX users_mail_name ON users (mail, name);
