CREATE TABLE sessions (session_id uuid PRIMARY KEY);
CREATE TABLE categories (id text PRIMARY KEY, name text);
CREATE TABLE event (id int PRIMARY KEY, session_id uuid NOT NULL, "categoryId" text, name text);

---- rows
-- event: 20

---- notes

---- holds
SELECT count(DISTINCT e.session_id) >= 5 FROM event e JOIN sessions USING (session_id);
SELECT count(DISTINCT c.id) >= 5 FROM event e JOIN categories c ON c.id = e."categoryId";
SELECT bool_or("categoryId" IS NULL) AND bool_or(c.id IS NULL) FROM event e LEFT JOIN categories c ON c.id = e."categoryId";
