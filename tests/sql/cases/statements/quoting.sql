INSERT INTO notes (text) VALUES ('a;b'), (E'it\'s; fine'), ('back\'), ('it''s;');
UPDATE "Odd;Table" SET "a;b" = $$;$$, c = $x$ ; $$ ; $x$ WHERE d = U&'\0061;';
SELECT 1 /* a /* nested; */ ; -- confiture: ignore X_1
*/; -- ;
DELETE FROM "plain" USING "Über";
