"""The query behind `read_schema`: tables, their columns, constraints and indexes, and enums, as JSON."""

from typing import Final

SCHEMA_QUERY: Final = r"""
WITH space AS MATERIALIZED (
    SELECT oid, nspname, CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END AS prefix
    FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
), relation AS MATERIALIZED (
    SELECT c.oid, c.relkind, c.relispopulated, s.nspname, c.relname, s.prefix || c.relname AS label
    FROM pg_class c JOIN space s ON s.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e')
)
SELECT 'table', label,
       json_build_object(
           'columns', (
               SELECT json_agg(json_build_array(a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                   (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = r.oid AND adnum = a.attnum),
                   a.attidentity <> '', a.attgenerated <> '') ORDER BY a.attnum)
               FROM pg_attribute a WHERE a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped),
           'constraints', (
               SELECT json_agg(json_build_array(k.conname, k.contype,
                   (SELECT json_agg(a.attname ORDER BY u.place)
                    FROM unnest(k.conkey) WITH ORDINALITY AS u (number, place)
                    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
                   pg_get_constraintdef(k.oid), f.label,
                   (SELECT json_agg(a.attname ORDER BY u.place)
                    FROM unnest(k.confkey) WITH ORDINALITY AS u (number, place)
                    JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number),
                   k.convalidated) ORDER BY k.conname)
               FROM pg_constraint k LEFT JOIN relation f ON f.oid = k.confrelid
               WHERE k.conrelid = r.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')),
           'indexes', (
               SELECT json_agg(json_build_array(i.relname, x.indisunique,
                   (SELECT json_agg(coalesce(a.attname, pg_get_indexdef(x.indexrelid, u.place::integer, false))
                                    ORDER BY u.place)
                    FROM unnest(x.indkey) WITH ORDINALITY AS u (number, place)
                    LEFT JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = u.number AND u.number > 0
                    WHERE u.place <= x.indnkeyatts),
                   pg_get_indexdef(x.indexrelid), pg_get_expr(x.indpred, x.indrelid)) ORDER BY i.relname)
               FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
               WHERE x.indrelid = r.oid
                 AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.oid AND contype IN ('p', 'u', 'x')))
       )::text,
       CASE WHEN relispopulated AND has_table_privilege(r.oid, 'SELECT')
            THEN format('SELECT %L, count(*) FROM %I.%I', label, nspname, relname) END
FROM relation r
UNION ALL
SELECT 'enum', format_type(t.oid, NULL),
       coalesce((SELECT json_agg(enumlabel ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid)::text, '[]'),
       NULL
FROM pg_type t JOIN space s ON s.oid = t.typnamespace WHERE t.typtype = 'e'
"""
