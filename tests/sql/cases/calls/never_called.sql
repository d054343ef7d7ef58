CREATE FUNCTION app.import_all() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE SERVER s FOREIGN DATA WRAPPER w; END $$;
CREATE FUNCTION "Caller"() RETURNS void LANGUAGE sql AS 'SELECT app.import_all()';
COMMENT ON FUNCTION app.import_all() IS 'call import_all() by night';
GRANT EXECUTE ON FUNCTION app.import_all() TO PUBLIC;
ALTER FUNCTION app.import_all() OWNER TO CURRENT_USER;
SELECT has_function('app', 'import_all', 'it is there');
DROP FUNCTION app.import_all();
