SELECT array_agg(body ORDER BY id) = '{a,c}' FROM notes WHERE id IN (1, 2);
