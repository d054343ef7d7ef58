"""What filling tables needs to know beyond the `Schema`: partitions, domains and how to name things."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from psycopg import sql

from confiture.postgres.session import Session

_DETAILS_QUERY = r"""
SELECT CASE n.nspname WHEN 'public' THEN '' ELSE n.nspname || '.' END || c.relname,
       json_build_array(n.nspname, c.relname, c.relkind = 'm' OR c.relispartition,
           (SELECT json_agg(attname) FROM pg_attribute
            WHERE attrelid = c.oid AND attnum = ANY ((SELECT partattrs FROM pg_partitioned_table
                                                      WHERE partrelid = c.oid)::smallint[])),
           (SELECT json_agg(pg_get_expr(p.relpartbound, p.oid) ORDER BY p.oid)
            FROM pg_inherits JOIN pg_class p ON p.oid = inhrelid WHERE inhparent = c.oid AND p.relispartition))::text,
       NULL
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
UNION ALL
SELECT format_type(t.oid, NULL), NULL,
       json_build_array(format_type(t.typbasetype, t.typtypmod),
           (SELECT json_agg(pg_get_constraintdef(k.oid) ORDER BY k.conname) FROM pg_constraint k
            WHERE k.contypid = t.oid AND k.contype = 'c'))::text
FROM pg_type t WHERE t.typtype = 'd' AND t.oid >= 16384
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows of a table go.

    Attributes:
        derived: rows come by other ways: a partition gets them through its parent, a view by refreshing.
        bounds: bounds of its partitions, as PostgreSQL prints them.
    """

    identifier: sql.Identifier
    derived: bool
    partition_key: tuple[str, ...]
    bounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain: the type below it, and its CHECK constraints."""

    base: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """The answers, by names as the `Schema` has them."""

    places: Mapping[str, Place]
    domains: Mapping[str, Domain]

    def takes_rows(self, table: str) -> bool:
        """Whether rows can be inserted into ``table`` itself."""
        return table in self.places and not self.places[table].derived

    def base_type(self, type_name: str) -> tuple[str, tuple[str, ...]]:
        """The type below all domains, and the CHECK constraints on the way."""
        checks: tuple[str, ...] = ()
        while domain := self.domains.get(type_name):
            type_name, checks = domain.base, checks + domain.checks
        return type_name, checks


def read_details(session: Session) -> Details:
    """Reads them from the session's database."""
    places: dict[str, Place] = {}
    domains: dict[str, Domain] = {}
    for name, table, domain in session.read(_DETAILS_QUERY):
        if domain is not None:
            base, checks = json.loads(str(domain))
            domains[str(name)] = Domain(base, tuple(checks or ()))
        else:
            schema, relation, derived, key, bounds = json.loads(str(table))
            identifier = sql.Identifier(schema, relation)
            places[str(name)] = Place(identifier, derived, tuple(key or ()), tuple(bounds or ()))
    return Details(places, domains)
