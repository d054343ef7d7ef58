ALTER TYPE state ADD VALUE 'paid';
CREATE INDEX users_email_idx ON users (email);
