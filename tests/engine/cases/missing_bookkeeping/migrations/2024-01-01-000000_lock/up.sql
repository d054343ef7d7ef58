CREATE TRIGGER never BEFORE DELETE ON __diesel_schema_migrations EXECUTE FUNCTION suppress_redundant_updates_trigger();
