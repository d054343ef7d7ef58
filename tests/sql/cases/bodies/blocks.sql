DO $$ BEGIN UPDATE a SET b = 1; END $$;
DO $body$ BEGIN DELETE FROM a; END $body$ LANGUAGE plpgsql;
DO LANGUAGE plpgsql $$ BEGIN TRUNCATE a; END $$;
DO 'BEGIN DELETE FROM b; END';
-- Quotes are escaped in it, so that an edit would not stand at its place.
DO 'BEGIN DELETE FROM b WHERE c = ''d''; END';
DO $$ é = 1 $$ LANGUAGE plpython3u;
DO $$ BEGIN NULL; END $$;
UPDATE a SET b = 2;
