ALTER TABLE users ADD CONSTRAINT email_short CHECK (length(email) < 1);
