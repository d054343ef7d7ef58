CREATE TABLE IF NOT EXISTS schema_migrations (
  version bigint PRIMARY KEY,
  dirty boolean NOT NULL
);
ALTER TABLE public.alembic_version ADD COLUMN applied_at timestamptz, DROP COLUMN note;
DROP TABLE goose_db_version;
ALTER TABLE "__EFMigrationsHistory" DROP COLUMN "ProductVersion";
