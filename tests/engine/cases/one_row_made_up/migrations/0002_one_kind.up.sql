UPDATE users SET kind = 'only';
CREATE UNIQUE INDEX one_kind ON users (kind);
