ALTER TABLE accounts ALTER COLUMN kind TYPE account_kind USING kind::account_kind;
ALTER TABLE accounts ADD COLUMN parent uuid;
