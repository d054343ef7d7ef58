-- locks: SHARE ROW EXCLUSIVE on orders
-- rewrites:
-- scans:
-- rows: 0
CREATE TRIGGER quiet BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
