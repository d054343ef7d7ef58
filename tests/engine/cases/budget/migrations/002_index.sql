-- confiture: budget lock<=ShareUpdateExclusive rewrite=no
CREATE INDEX CONCURRENTLY users_email_idx ON users (email);
