UPDATE people SET initial = upper(left(first_name, 1)), seen_at = p.created_at FROM profiles p WHERE p.person_id = people.id;
INSERT INTO letters (salutation, sent_to) SELECT p.last_name, p.id FROM people AS p;
CREATE VIEW names AS SELECT first_name, count(*) OVER () AS n FROM people;
CREATE VIEW bosses AS SELECT p.first_name, upper(p.last_name) AS title FROM people p;
