"""The one query behind a catalog fingerprint; it reads every kind of object that a migration can make.

It runs with ``pg_catalog, public`` as search path, on PostgreSQL 14 to 18, and returns one JSON array with, for each
object, its key, the key of what it is part of, its definition, for a table that holds rows the query that sums
them up, the oid of the relation that it belongs to, and how PostgreSQL knows it whatever its name. One long value takes
the client a tenth of the time that many rows take.
Definitions leave out oids, column order, storage locations, and whatever extensions own or a type brings along.
Oids below 16384 are PostgreSQL's own objects; the condition only makes the scans short.
"""

from typing import Final

CATALOG_QUERY: Final = r"""
WITH owned AS MATERIALIZED (
    SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
  UNION ALL
    SELECT classid, objid FROM pg_depend
    WHERE classid IN ('pg_proc'::regclass, 'pg_cast'::regclass) AND deptype = 'i'
), space AS MATERIALIZED (
    SELECT oid, nspowner, nspacl, 'schema ' || nspname AS key,
           CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END AS prefix
    FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), relation AS MATERIALIZED (
    SELECT c.*, s.prefix || c.relname AS label, s.key AS space, s.prefix,
           CASE c.relkind WHEN 'v' THEN 'view ' WHEN 'm' THEN 'materialized view ' WHEN 'S' THEN 'sequence '
               WHEN 'f' THEN 'foreign table ' WHEN 'c' THEN 'type ' ELSE 'table ' END || s.prefix || c.relname AS key
    FROM pg_class c JOIN space s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S')
      AND c.oid NOT IN (SELECT objid FROM owned WHERE classid = 'pg_class'::regclass)
), chosen AS MATERIALIZED (
    SELECT * FROM relation /* where */
), object (classid, objid, subid, key, part_of, definition, owner, acl, acl_kind, relation) AS MATERIALIZED (
    SELECT 'pg_namespace'::regclass::oid, oid, 0, key, NULL::text, 'SCHEMA', nspowner, nspacl, 'n'::"char",
           NULL::oid FROM space
  UNION ALL
    SELECT 'pg_extension'::regclass, e.oid, 0, 'extension ' || extname, NULL,
           format('VERSION %s SCHEMA %s', extversion, nspname), extowner, NULL, NULL, NULL
    FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace WHERE extname <> 'plpgsql'
  UNION ALL
    SELECT 'pg_class'::regclass, oid, 0, key, space,
           CASE relkind
               WHEN 'v' THEN btrim(pg_get_viewdef(oid), ' ;')
               WHEN 'm' THEN btrim(pg_get_viewdef(oid), ' ;')
                   || CASE WHEN relispopulated THEN '' ELSE ' WITH NO DATA' END
               WHEN 'p' THEN 'PARTITION BY ' || pg_get_partkeydef(oid)
               WHEN 'c' THEN 'COMPOSITE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END
           || CASE relpersistence WHEN 'u' THEN ' UNLOGGED' ELSE '' END
           || coalesce(' ' || pg_get_expr(relpartbound, oid), '')
           || coalesce((SELECT ' INHERITS ' || string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno)
                        FROM pg_inherits WHERE inhrelid = oid), '')
           || CASE WHEN reloftype <> 0 THEN ' OF ' || reloftype::regtype ELSE '' END
           || CASE WHEN relam IN (0, 2) THEN '' ELSE ' USING ' || (SELECT amname FROM pg_am WHERE oid = relam) END
           || coalesce(' WITH (' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(reloptions) AS u (o)) || ')', '')
           || CASE WHEN relrowsecurity THEN ' ROW LEVEL SECURITY' ELSE '' END
           || CASE WHEN relforcerowsecurity THEN ' FORCED' ELSE '' END
           || CASE WHEN relreplident NOT IN ('d', 'n') THEN ' REPLICA IDENTITY ' || relreplident::text ELSE '' END
           || coalesce((SELECT format(' SERVER %s OPTIONS (%s)', srvname, array_to_string(ftoptions, ', '))
                        FROM pg_foreign_table JOIN pg_foreign_server s ON s.oid = ftserver WHERE ftrelid = oid), ''),
           relowner, relacl, 'r', oid FROM chosen WHERE relkind <> 'S'
  UNION ALL
    SELECT 'pg_class'::regclass, r.oid, 0, r.key, coalesce(t.key, r.space),
           format('AS %s START %s INCREMENT %s MINVALUE %s MAXVALUE %s CACHE %s%s%s', format_type(seqtypid, NULL),
                  seqstart, seqincrement, seqmin, seqmax, seqcache, CASE WHEN seqcycle THEN ' CYCLE' ELSE '' END,
                  ' OWNED BY ' || t.label || '.' || a.attname), r.relowner, r.relacl, 's', r.oid
    FROM chosen r JOIN pg_sequence ON seqrelid = r.oid
    LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype IN ('a', 'i')
        AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
    LEFT JOIN relation t ON t.oid = d.refobjid
    LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
  UNION ALL
    SELECT 'pg_class'::regclass, r.oid, a.attnum, 'column ' || r.label || '.' || a.attname, r.key,
           format_type(a.atttypid, a.atttypmod)
           || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
           || CASE a.attidentity WHEN 'a' THEN ' GENERATED ALWAYS AS IDENTITY'
               WHEN 'd' THEN ' GENERATED BY DEFAULT AS IDENTITY' ELSE '' END
           || CASE a.attgenerated WHEN 's' THEN format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(adbin, r.oid))
               WHEN 'v' THEN format(' GENERATED ALWAYS AS (%s) VIRTUAL', pg_get_expr(adbin, r.oid))
               ELSE coalesce(' DEFAULT ' || pg_get_expr(adbin, r.oid), '') END
           || CASE WHEN a.attcollation <> y.typcollation THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END
           || CASE WHEN a.attstorage <> y.typstorage THEN ' STORAGE ' || a.attstorage::text ELSE '' END
           || CASE WHEN a.attcompression <> '' THEN ' COMPRESSION ' || a.attcompression::text ELSE '' END
           || coalesce(' STATISTICS ' || nullif(a.attstattarget, -1), '')
           || coalesce(' OPTIONS (' || array_to_string(a.attoptions || a.attfdwoptions, ', ') || ')', ''),
           NULL, a.attacl, 'c', r.oid
    FROM chosen r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    JOIN pg_type y ON y.oid = a.atttypid
    LEFT JOIN pg_attrdef ON adrelid = r.oid AND adnum = a.attnum WHERE r.relkind IN ('r', 'p', 'f', 'c')
  UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid, 0, 'constraint ' || r.label || '.' || k.conname, r.key,
           pg_get_constraintdef(k.oid)
           || coalesce((SELECT ' INVALID' FROM pg_index WHERE indexrelid = k.conindid AND NOT indisvalid), ''),
           NULL, NULL, NULL, r.oid
    FROM chosen r JOIN pg_constraint k ON k.conrelid = r.oid
    WHERE k.contype <> 't' AND (k.contype <> 'n' OR NOT k.convalidated)
  UNION ALL
    SELECT 'pg_class'::regclass, i.oid, 0, 'index ' || s.prefix || i.relname, r.key,
           pg_get_indexdef(i.oid) || CASE WHEN x.indisvalid THEN '' ELSE ' INVALID' END
           || CASE WHEN x.indisclustered THEN ' CLUSTERED' ELSE '' END
           || CASE WHEN x.indisreplident THEN ' REPLICA IDENTITY' ELSE '' END, NULL, NULL, NULL, r.oid
    FROM chosen r JOIN pg_index x ON x.indrelid = r.oid JOIN pg_class i ON i.oid = x.indexrelid
    JOIN space s ON s.oid = i.relnamespace
    WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid AND contype IN ('p', 'u', 'x'))
  UNION ALL
    SELECT 'pg_trigger'::regclass, t.oid, 0, 'trigger ' || r.label || '.' || tgname, r.key,
           pg_get_triggerdef(t.oid) || CASE tgenabled WHEN 'O' THEN '' ELSE ' ENABLED ' || tgenabled::text END,
           NULL, NULL, NULL, r.oid
    FROM chosen r JOIN pg_trigger t ON tgrelid = r.oid WHERE NOT tgisinternal
  UNION ALL
    SELECT 'pg_rewrite'::regclass, w.oid, 0, 'rule ' || r.label || '.' || rulename, r.key,
           pg_get_ruledef(w.oid) || CASE ev_enabled WHEN 'O' THEN '' ELSE ' ENABLED ' || ev_enabled::text END,
           NULL, NULL, NULL, r.oid
    FROM chosen r JOIN pg_rewrite w ON ev_class = r.oid WHERE rulename <> '_RETURN'
  UNION ALL
    SELECT 'pg_policy'::regclass, p.oid, 0, 'policy ' || r.label || '.' || polname, r.key,
           CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END
           || CASE polcmd WHEN 'r' THEN ' FOR SELECT' WHEN 'a' THEN ' FOR INSERT' WHEN 'w' THEN ' FOR UPDATE'
               WHEN 'd' THEN ' FOR DELETE' ELSE ' FOR ALL' END
           || ' TO ' || array_to_string(ARRAY(SELECT CASE role WHEN 0 THEN 'public' ELSE pg_get_userbyid(role) END
                                              FROM unnest(polroles) AS u (role) ORDER BY 1), ', ')
           || coalesce(' USING (' || pg_get_expr(polqual, polrelid) || ')', '')
           || coalesce(' WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')', ''), NULL, NULL, NULL, r.oid
    FROM chosen r JOIN pg_policy p ON polrelid = r.oid
  UNION ALL
    SELECT 'pg_statistic_ext'::regclass, x.oid, 0, 'statistics ' || s.prefix || stxname, r.key,
           pg_get_statisticsobjdef(x.oid), NULL, NULL, NULL, r.oid
    FROM chosen r JOIN pg_statistic_ext x ON stxrelid = r.oid JOIN space s ON s.oid = stxnamespace
  UNION ALL
    SELECT 'pg_proc'::regclass, p.oid, 0,
           format('%s %s%s(%s)', CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
                  s.prefix, proname, pg_get_function_identity_arguments(p.oid)), s.key,
           CASE prokind WHEN 'a' THEN
               (SELECT format('SFUNC %s STYPE %s FINALFUNC %s INITCOND %s SORTOP %s', aggtransfn, aggtranstype::regtype,
                              aggfinalfn, agginitval, aggsortop::regoperator) FROM pg_aggregate WHERE aggfnoid = p.oid)
               ELSE pg_get_functiondef(p.oid) END, proowner, proacl, 'f', NULL
    FROM pg_proc p JOIN space s ON s.oid = pronamespace
    WHERE p.oid >= 16384 AND p.oid NOT IN (SELECT objid FROM owned WHERE classid = 'pg_proc'::regclass)
  UNION ALL
    SELECT 'pg_type'::regclass, t.oid, 0,
           CASE typtype WHEN 'd' THEN 'domain ' ELSE 'type ' END || s.prefix || typname, s.key,
           CASE typtype
               WHEN 'e' THEN (SELECT format('ENUM (%s)', string_agg(quote_literal(enumlabel), ', '
                                                                    ORDER BY enumsortorder))
                              FROM pg_enum WHERE enumtypid = t.oid)
               WHEN 'r' THEN (SELECT format('RANGE OF %s OPCLASS %s COLLATION %s', rngsubtype::regtype, opcname,
                                            rngcollation::regcollation)
                              FROM pg_range JOIN pg_opclass o ON o.oid = rngsubopc WHERE rngtypid = t.oid)
               WHEN 'd' THEN format_type(typbasetype, typtypmod) || CASE WHEN typnotnull THEN ' NOT NULL' ELSE '' END
                   || coalesce(' DEFAULT ' || typdefault, '')
                   || CASE WHEN typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)
                      THEN ' COLLATE ' || typcollation::regcollation ELSE '' END
               ELSE format('INPUT %s OUTPUT %s', typinput, typoutput) END, typowner, typacl, 'T', NULL
    FROM pg_type t JOIN space s ON s.oid = typnamespace
    WHERE (typtype IN ('e', 'r', 'd') OR typtype = 'b' AND typelem = 0)
      AND t.oid NOT IN (SELECT objid FROM owned WHERE classid = 'pg_type'::regclass)
  UNION ALL
    SELECT 'pg_constraint'::regclass, k.oid, 0, 'constraint ' || s.prefix || typname || '.' || conname,
           'domain ' || s.prefix || typname, pg_get_constraintdef(k.oid), NULL, NULL, NULL, NULL
    FROM pg_constraint k JOIN pg_type t ON t.oid = contypid JOIN space s ON s.oid = typnamespace
    WHERE contype = 'c' AND t.oid NOT IN (SELECT objid FROM owned WHERE classid = 'pg_type'::regclass)
  UNION ALL
    SELECT 'pg_event_trigger'::regclass, oid, 0, 'event trigger ' || evtname, NULL,
           format('ON %s WHEN TAG IN (%s) EXECUTE %s ENABLED %s', evtevent, array_to_string(evttags, ', '),
                  evtfoid::regprocedure, evtenabled), evtowner, NULL, NULL, NULL FROM pg_event_trigger
  UNION ALL
    SELECT 'pg_publication'::regclass, oid, 0, 'publication ' || pubname, NULL,
           format('ALL %s INSERT %s UPDATE %s DELETE %s TRUNCATE %s TABLES %s', puballtables, pubinsert, pubupdate,
                  pubdelete, pubtruncate, (SELECT string_agg(prrelid::regclass::text, ', ' ORDER BY 1)
                                           FROM pg_publication_rel WHERE prpubid = p.oid)), pubowner, NULL, NULL, NULL
    FROM pg_publication p
  UNION ALL
    SELECT 'pg_foreign_server'::regclass, v.oid, 0, 'server ' || srvname, NULL,
           format('WRAPPER %s TYPE %s VERSION %s OPTIONS (%s)', fdwname, srvtype, srvversion,
                  array_to_string(srvoptions, ', ')), srvowner, srvacl, 'S', NULL
    FROM pg_foreign_server v JOIN pg_foreign_data_wrapper w ON w.oid = srvfdw
  UNION ALL
    SELECT 'pg_cast'::regclass, c.oid, 0, format('cast (%s AS %s)', castsource::regtype, casttarget::regtype), NULL,
           format('FUNCTION %s CONTEXT %s METHOD %s', castfunc::regprocedure, castcontext, castmethod),
           NULL, NULL, NULL, NULL
    FROM pg_cast c WHERE c.oid >= 16384
      AND c.oid NOT IN (SELECT objid FROM owned WHERE classid = 'pg_cast'::regclass)
  UNION ALL
    SELECT 'pg_operator'::regclass, o.oid, 0, 'operator ' || o.oid::regoperator, s.key,
           format('FUNCTION %s COMMUTATOR %s NEGATOR %s RESTRICT %s JOIN %s', oprcode, oprcom::regoperator,
                  oprnegate::regoperator, oprrest, oprjoin), oprowner, NULL, NULL, NULL
    FROM pg_operator o JOIN space s ON s.oid = oprnamespace
    WHERE o.oid >= 16384 AND o.oid NOT IN (SELECT objid FROM owned WHERE classid = 'pg_operator'::regclass)
  UNION ALL
    SELECT 'pg_collation'::regclass, c.oid, 0, 'collation ' || s.prefix || collname, s.key,
           format('PROVIDER %s COLLATE %s CTYPE %s DETERMINISTIC %s', collprovider, collcollate, collctype,
                  collisdeterministic), collowner, NULL, NULL, NULL
    FROM pg_collation c JOIN space s ON s.oid = collnamespace
    WHERE c.oid >= 16384 AND c.oid NOT IN (SELECT objid FROM owned WHERE classid = 'pg_collation'::regclass)
  UNION ALL
    SELECT 'pg_ts_config'::regclass, c.oid, 0, 'text search configuration ' || s.prefix || cfgname, s.key,
           (SELECT string_agg(format('%s:%s', maptokentype, mapdict::regdictionary), ' '
                              ORDER BY maptokentype, mapseqno) FROM pg_ts_config_map WHERE mapcfg = c.oid),
           cfgowner, NULL, NULL, NULL
    FROM pg_ts_config c JOIN space s ON s.oid = cfgnamespace
  UNION ALL
    SELECT 'pg_ts_dict'::regclass, d.oid, 0, 'text search dictionary ' || s.prefix || dictname, s.key,
           format('TEMPLATE %s %s', tmplname, dictinitoption), dictowner, NULL, NULL, NULL
    FROM pg_ts_dict d JOIN space s ON s.oid = dictnamespace JOIN pg_ts_template t ON t.oid = dicttemplate
    WHERE d.oid NOT IN (SELECT objid FROM owned WHERE classid = 'pg_ts_dict'::regclass)
), granted AS (
    SELECT key, relation, (SELECT string_agg(who || ': ' || what, '; ' ORDER BY who) FROM (
               SELECT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee) END AS who,
                      string_agg(privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ', '
                                 ORDER BY privilege_type) AS what
               FROM aclexplode(list) GROUP BY 1) AS by_role) AS privileges, is_set
    FROM object, LATERAL (VALUES (acl, true), (acldefault(acl_kind, owner), false)) AS lists (list, is_set)
    WHERE acl IS NOT NULL
), entry AS (
SELECT key, part_of, definition, NULL::text AS rows_query, relation, concat_ws(' ', classid, objid, subid) AS identity
FROM object
UNION ALL
SELECT 'comment on ' || key, key, description, NULL, relation, NULL FROM object
JOIN (SELECT * FROM pg_description WHERE objoid >= 16384
    UNION ALL SELECT d.* FROM pg_description d JOIN space s ON d.objoid = s.oid AND d.objoid < 16384
    WHERE d.classoid = 'pg_namespace'::regclass) AS remarks
    ON classoid = classid AND objoid = objid AND objsubid = subid
UNION ALL
SELECT 'owner of ' || key, key, pg_get_userbyid(owner), NULL, relation, NULL FROM object
WHERE pg_get_userbyid(owner) <> current_user
UNION ALL
SELECT 'grants on ' || g.key, g.key, coalesce(g.privileges, 'nobody'), NULL, relation, NULL FROM granted g
WHERE g.is_set AND g.privileges IS DISTINCT FROM
    (SELECT d.privileges FROM granted d WHERE d.key = g.key AND NOT d.is_set)
UNION ALL
SELECT format('default privileges of %s on %s%s', pg_get_userbyid(defaclrole), defaclobjtype,
              (SELECT ' in schema ' || nspname FROM pg_namespace WHERE oid = defaclnamespace)), NULL,
       defaclacl::text, NULL, NULL, NULL FROM pg_default_acl
UNION ALL
SELECT 'rows of ' || label, key, NULL,
       format('SELECT %L, count(*) || '' rows, checksum '' || coalesce(sum(hashtextextended(ROW(%s)::text, 0)), 0)'
              ' FROM ONLY %I.%I', 'rows of ' || label,
              (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attname) FROM pg_attribute
               WHERE attrelid = r.oid AND attnum > 0 AND NOT attisdropped),
              (SELECT nspname FROM pg_namespace WHERE oid = relnamespace), relname), r.oid, NULL
FROM chosen r
WHERE (relkind = 'r' OR relkind = 'm' AND relispopulated) AND has_table_privilege(r.oid, 'SELECT')
)
SELECT coalesce(json_agg(json_build_array(key, part_of, definition, rows_query, relation::bigint, identity)), '[]'),
       /* touched */ NULL
FROM entry
"""

TOUCHED_QUERY: Final = (
    CATALOG_QUERY.replace(
        "WITH owned AS",
        r"""
WITH held AS MATERIALIZED (
    SELECT relation AS oid FROM pg_locks
    WHERE locktype = 'relation' AND pid = pg_backend_pid() AND relation >= 16384
), touched AS MATERIALIZED (
    SELECT oid FROM held
  UNION
    SELECT indrelid FROM pg_index JOIN held ON oid = indexrelid
  UNION
    SELECT oid FROM pg_class WHERE oid >= 16384 AND age(xmin) <= age(pg_current_xact_id_if_assigned()::xid)
  UNION
    SELECT attrelid FROM pg_attribute
    WHERE attrelid >= 16384 AND age(xmin) <= age(pg_current_xact_id_if_assigned()::xid)
  UNION
    SELECT unnest($1::oid[])
), owned AS""".lstrip(),
    )
    .replace("/* where */", "WHERE oid IN (SELECT oid FROM touched)")
    .replace("/* touched */ NULL", "(SELECT json_agg(oid::bigint) FROM touched)")
)
"""The same, but of relations only those that the present transaction touched, and those that its parameter lists.

PostgreSQL locks a relation before it reads its rows or changes what belongs to it, and keeps the lock to the end of the
transaction; GRANT alone takes none, but writes a new version of the relation's or the column's row.
"""
