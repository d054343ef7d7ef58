DELETE FROM app.sessions AS s USING users u
  WHERE s.user_id = u.id AND (u.banned OR u.deleted_at IS NOT NULL); -- à nettoyer
UPDATE "Orders" SET status = 'late' WHERE due_on < current_date OR escalated;
UPDATE orders SET currency = 'EUR';
UPDATE ONLY products SET price = price * 1.2 WHERE active;
