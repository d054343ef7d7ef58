"""What a database is: its catalog as text and its rows as checksums, so that two states can be told apart."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import LiteralString, cast

from psycopg import sql

from confiture.model.difference import Change, Difference
from confiture.postgres.fingerprint_query import CATALOG_QUERY
from confiture.postgres.session import Session

ROWS_OF = "rows of "
"""What the keys of `Fingerprint.rows` begin with."""
_TABLES_PER_QUERY = 200


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The state of a database. Equal states have equal fingerprints, on every server of one version.

    Attributes:
        catalog: definition of each object by its key, for instance ``index orders_user_id_idx``.
        rows: count and checksum of each table, keyed ``rows of orders``; empty when they were not read.
        part_of: for each key that has one, the key of the object that it comes and goes with.
    """

    catalog: Mapping[str, str]
    rows: Mapping[str, str]
    part_of: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), compare=False)


@dataclass(frozen=True, slots=True)
class Inventory:
    """A fingerprint, and how PostgreSQL knows its objects in this database and in each copy of it.

    Attributes:
        relations: oid of the relation that each key belongs to, if it belongs to one.
        identities: key of each object by its identity, which stays when it is renamed.
    """

    fingerprint: Fingerprint
    relations: Mapping[str, int]
    identities: Mapping[str, str]


def read_fingerprint(session: Session, *, rows: bool = True) -> Fingerprint:
    """The present state of the session's database, as its transaction sees it.

    Args:
        session: left as it was; no transaction is needed.
        rows: read every table in full as well.
    """
    return read_inventory(session, rows=rows).fingerprint


def read_inventory(session: Session, *, rows: bool = True) -> Inventory:
    """The present state with what `touched` needs to know of it; see `read_fingerprint`."""
    [[objects, _]] = session.read(CATALOG_QUERY, plan="fingerprint")
    return inventory_of(session, str(objects), rows=rows)


def inventory_of(session: Session, objects: str, *, rows: bool = True) -> Inventory:
    """Of the first value that a query of `fingerprint_query` returns; reads the rows of its tables."""
    catalog: dict[str, str] = {}
    part_of: dict[str, str] = {}
    relations: dict[str, int] = {}
    identities: dict[str, str] = {}
    queries: list[str] = []
    for key, owner, definition, rows_query, relation, identity in json.loads(objects):
        if rows_query:
            queries.append(rows_query)
        else:
            catalog[key] = definition or ""
        if owner:
            part_of[key] = owner
        if relation:
            relations[key] = relation
        if identity:
            identities[identity] = key
    checksums = dict(_read_rows(session, queries)) if rows else {}
    return Inventory(Fingerprint(catalog, checksums, part_of), relations, identities)


def differences(expected: Fingerprint, actual: Fingerprint) -> tuple[Difference, ...]:
    """What is lost, left behind or changed in ``actual``, sorted.

    What came or went with something larger is not listed: a lost table stands for its columns, its indexes and
    its rows, and a lost column for the values in it.
    """
    found = {difference.object: difference for difference in compare(expected.catalog, actual.catalog)}
    reshaped = {
        side.part_of[key]
        for key, difference in found.items()
        if key.startswith("column ") and difference.change is not Change.CHANGED
        for side in (expected, actual)
        if key in side.part_of
    }
    kept = [difference for difference in found.values() if not _implied(difference, found, expected, actual)]
    for difference in compare(expected.rows, actual.rows):
        table = expected.part_of.get(difference.object) or actual.part_of.get(difference.object)
        same_count = _count(difference.expected) == _count(difference.actual)
        if difference.change is Change.CHANGED and not (table in reshaped and same_count):
            kept.append(difference)
    return tuple(sorted(kept))


def _implied(
    difference: Difference, found: Mapping[str, Difference], expected: Fingerprint, actual: Fingerprint
) -> bool:
    """Whether what it is part of came or went too."""
    side = expected if difference.change is Change.LOST else actual
    owner = found.get(side.part_of.get(difference.object, ""))
    return difference.change is not Change.CHANGED and owner is not None and owner.change is difference.change


def _count(rows: str | None) -> str:
    return (rows or "").partition(",")[0]


def compare(expected: Mapping[str, str], actual: Mapping[str, str]) -> Iterator[Difference]:
    """Each key whose value is not the same in two catalogs, or two sets of rows."""
    for key in expected.keys() | actual.keys():
        before, after = expected.get(key), actual.get(key)
        if before != after:
            yield Difference(key, before, after)


def _read_rows(session: Session, queries: list[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(queries), _TABLES_PER_QUERY):
        # PostgreSQL's format() wrote and quoted these queries, so they are ours although no literal.
        query = sql.SQL(cast("LiteralString", " UNION ALL ".join(queries[start : start + _TABLES_PER_QUERY])))
        yield from ((str(key), str(checksum)) for key, checksum in session.read(query))
