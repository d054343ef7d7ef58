UPDATE invoices SET overdue = true WHERE due_on <= current_date AND total > 0 AND status <> 'paid'; -- échéance
DELETE FROM app."Tokens" WHERE expires_at < now() OR uses >= 5 OR kind = ANY ('{reset,invite}');
