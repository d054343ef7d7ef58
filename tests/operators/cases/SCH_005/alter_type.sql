ALTER TABLE "Accounts" ALTER COLUMN balance TYPE numeric(14, 4), ALTER COLUMN id SET DATA TYPE bigint;
