DELETE FROM app.drafts d WHERE d.author_id IS NULL AND d."Title" IS NOT NULL; -- brouillons orphelins
UPDATE users SET locale = 'fr' WHERE country IS DISTINCT FROM 'UK' AND old_locale IS NOT DISTINCT FROM new_locale
  AND opted_out IS NOT TRUE;
