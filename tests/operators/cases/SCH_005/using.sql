ALTER TABLE accounts ALTER COLUMN kind TYPE account_kind USING kind::account_kind;
ALTER TABLE accounts ALTER COLUMN number TYPE bigint USING number::bigint; -- war text
ALTER TABLE accounts ALTER seen TYPE timestamptz(3), ALTER seen SET DEFAULT now();
