"""Rows that break the constraints and unique indexes of their tables, looked for in the tables themselves."""

from dataclasses import dataclass
from typing import LiteralString, cast

from psycopg import sql

from confiture.postgres.session import Session

_NO_INDEXES = (
    "SET LOCAL enable_indexscan = off; SET LOCAL enable_indexonlyscan = off; SET LOCAL enable_bitmapscan = off;"
)
_CHECKS = r"""
WITH RECURSIVE relation AS (
    SELECT c.oid, format('%s%I.%I', CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY ' END, n.nspname, c.relname) AS source,
           CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname AS label, c.relispartition
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
), keyed AS (
    SELECT x.*, i.relname AS name, i.relispartition AS inherited,
           ARRAY(SELECT format('(%s) AS k%s', pg_get_indexdef(x.indexrelid, n, true), n)
                 FROM generate_series(1, x.indnkeyatts) AS n) AS columns,
           (SELECT string_agg('k' || n, ', ') FROM generate_series(1, x.indnkeyatts) AS n) AS names,
           coalesce(' WHERE ' || pg_get_expr(x.indpred, x.indrelid), '') AS predicate,
           to_jsonb(x) ->> 'indnullsnotdistinct' = 'true' AS nulls_equal
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
), domain AS (
    SELECT a.attrelid, a.attname, t.oid, t.typbasetype, t.typnotnull
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND t.typtype = 'd'
    UNION ALL
    SELECT d.attrelid, d.attname, t.oid, t.typbasetype, t.typnotnull
    FROM domain d JOIN pg_type t ON t.oid = d.typbasetype WHERE t.typtype = 'd'
)
SELECT 'check', format('constraint %s.%s', r.label, k.conname), r.oid::text, NULL::text,
       format('SELECT count(*) FROM %s WHERE NOT (%s)', r.source, pg_get_expr(k.conbin, k.conrelid))
FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid
WHERE k.contype = 'c' AND NOT (r.relispartition AND k.coninhcount > 0)
  AND to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false'
UNION ALL
SELECT 'check', format('constraint %s of %s.%s', k.conname, r.label, d.attname), r.oid::text, NULL,
       format('SELECT count(*) FROM (SELECT %I AS value FROM %s) AS q WHERE NOT (%s)', d.attname, r.source,
              pg_get_expr(k.conbin, 0))
FROM domain d JOIN pg_constraint k ON k.contypid = d.oid JOIN relation r ON r.oid = d.attrelid
WHERE k.contype = 'c' AND NOT r.relispartition
UNION ALL
SELECT 'not null', format('NOT NULL of domain %s of %s.%s', d.oid::regtype, r.label, d.attname), r.oid::text, NULL,
       format('SELECT count(*) FROM %s WHERE num_nulls(%I) = 1', r.source, d.attname)
FROM domain d JOIN relation r ON r.oid = d.attrelid WHERE d.typnotnull AND NOT r.relispartition
UNION ALL
SELECT 'not null', format('NOT NULL of %s.%s', r.label, a.attname), r.oid::text, NULL,
       format('SELECT count(*) FROM %s WHERE num_nulls(%I) = 1', r.source, a.attname)
FROM pg_attribute a JOIN relation r ON r.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped
  AND (a.attnotnull OR EXISTS (SELECT FROM pg_constraint k
                               WHERE k.conrelid = r.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum]))
  AND NOT (r.relispartition AND EXISTS (SELECT FROM pg_inherits h JOIN pg_attribute b ON b.attrelid = h.inhparent
                                        WHERE h.inhrelid = r.oid AND b.attname = a.attname AND b.attnotnull))
UNION ALL
SELECT 'foreign key', format('constraint %s.%s', r.label, k.conname), r.oid::text,
       (SELECT string_agg(a.attname, E'\n') FROM pg_attribute a
        WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)),
       (SELECT format('SELECT count(*) FROM %s AS f WHERE %s AND %s%s', r.source,
                      string_agg(format('f.%I IS NOT NULL', u.own), ' AND '),
                      CASE WHEN bool_or(u.period)
                      THEN format('(%s <@ (SELECT range_agg(%s) FROM %s AS p WHERE %s)) IS NOT TRUE',
                                  max(format('f.%I', u.own)) FILTER (WHERE u.period),
                                  max(format('p.%I', u.other)) FILTER (WHERE u.period), t.source,
                                  string_agg(u.same, ' AND ') FILTER (WHERE NOT u.period))
                      ELSE format('NOT EXISTS (SELECT FROM %s AS p WHERE %s)', t.source,
                                  string_agg(u.same, ' AND ')) END,
                      CASE k.confmatchtype WHEN 'f' THEN format(' OR num_nulls(%s) BETWEEN 1 AND %s',
                          string_agg(format('f.%I', u.own), ', '), count(*) - 1) ELSE '' END)
        FROM (SELECT a.attname AS own, b.attname AS other,
                     format('p.%I OPERATOR(%I.%s) f.%I', b.attname, s.nspname, o.oprname, a.attname) AS same,
                     to_jsonb(k) ->> 'conperiod' IS NOT DISTINCT FROM 'true' AND n = cardinality(k.conkey) AS period
              FROM unnest(k.conkey, k.confkey, k.conpfeqop) WITH ORDINALITY AS u (own, other, operator, n)
              JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.own
              JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = u.other
              JOIN pg_operator o ON o.oid = u.operator JOIN pg_namespace s ON s.oid = o.oprnamespace) AS u)
FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid JOIN relation t ON t.oid = k.confrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND to_jsonb(k) ->> 'conenforced' IS DISTINCT FROM 'false'
UNION ALL
SELECT CASE WHEN k.oid IS NULL THEN 'unique index' ELSE 'unique' END,
       CASE WHEN k.oid IS NULL THEN 'index ' || x.name ELSE format('constraint %s.%s', r.label, k.conname) END,
       r.oid::text, NULL,
       format('SELECT coalesce(sum(n - 1), 0)'
              ' FROM (SELECT count(*) AS n FROM (SELECT %s FROM %s%s) AS q%s GROUP BY %s) AS g',
              array_to_string(x.columns, ', '), r.source, x.predicate,
              CASE WHEN x.nulls_equal THEN '' ELSE format(' WHERE num_nulls(%s) = 0', x.names) END, x.names)
FROM keyed x JOIN relation r ON r.oid = x.indrelid
LEFT JOIN pg_constraint k ON k.conindid = x.indexrelid AND k.contype IN ('p', 'u')
WHERE x.indisunique AND NOT x.inherited
UNION ALL
SELECT 'exclude', format('constraint %s.%s', r.label, k.conname), r.oid::text, NULL,
       (SELECT format('SELECT count(*) FROM (SELECT tableoid AS t, ctid AS c, %1$s FROM %2$s%3$s) AS a'
                      ' JOIN (SELECT tableoid AS t, ctid AS c, %1$s FROM %2$s%3$s) AS b'
                      ' ON (a.t, a.c) < (b.t, b.c) AND %4$s',
                      array_to_string(x.columns, ', '), r.source, x.predicate,
                      string_agg(format('a.k%s OPERATOR(%I.%s) b.k%s', u.n, s.nspname, o.oprname, u.n), ' AND '))
        FROM unnest(k.conexclop) WITH ORDINALITY AS u (operator, n)
        JOIN pg_operator o ON o.oid = u.operator JOIN pg_namespace s ON s.oid = o.oprnamespace)
FROM pg_constraint k JOIN relation r ON r.oid = k.conrelid JOIN keyed x ON x.indexrelid = k.conindid
WHERE k.conexclop IS NOT NULL AND k.conparentid = 0
ORDER BY 2
"""
_UNUSABLE = """
SELECT format('index %s of %s is %s', i.relname, x.indrelid::regclass,
              CASE WHEN NOT x.indislive THEN 'being dropped' WHEN NOT x.indisready THEN 'not ready' ELSE 'invalid' END)
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace
WHERE NOT (x.indisvalid AND x.indisready AND x.indislive) AND n.nspname !~ '^pg_' ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Check:
    """How the rows of a table are held against one of its rules.

    Attributes:
        kind: ``check``, ``not null``, ``foreign key``, ``unique``, ``unique index`` or ``exclude``.
        label: the rule, for people.
        table: oid of its table.
        columns: of a foreign key, in the table.
        query: counts the rows that break it; written and quoted by PostgreSQL's ``format``.
    """

    kind: str
    label: str
    table: str
    columns: tuple[str, ...]
    query: str


def read_checks(session: Session) -> tuple[Check, ...]:
    """All rules that rows of the database can break, whether PostgreSQL has validated them or not.

    What all partitions of a table have to keep is looked for in the table as a whole.
    Left out are rules that are declared NOT ENFORCED, and those of domains within other types.
    """
    return tuple(
        Check(str(kind), str(label), str(table), tuple(str(columns or "").split("\n")), str(query))
        for kind, label, table, columns, query in session.read(_CHECKS)
    )


def count_violations(session: Session, check: Check) -> int:
    """How many rows break ``check``, counted without the help of any index, which may be damaged."""
    query = sql.SQL(cast("LiteralString", _NO_INDEXES + check.query))
    return int(str(session.read(query)[0][0]))


def unusable_indexes(session: Session) -> tuple[str, ...]:
    """Indexes that PostgreSQL does not use or not maintain, in words."""
    return tuple(str(text) for (text,) in session.read(_UNUSABLE))
