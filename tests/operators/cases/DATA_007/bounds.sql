INSERT INTO tops (id, name) SELECT id, name FROM users ORDER BY points DESC, id FETCH FIRST 3 ROWS ONLY;
INSERT INTO facts (ok, any_ok, mean) SELECT bool_and(ok), bool_or(ok), AVG("größe") FROM checks;
INSERT INTO people (name) SELECT name FROM a UNION DISTINCT SELECT name FROM b;
