"""The names that PostgreSQL gives to constraints without one."""

from collections.abc import Iterator, Sequence
from itertools import count

from confiture.model.schema import Schema
from confiture.sql.spelling import quoted

_LONGEST = 63
"""Bytes. Source: PostgreSQL's manual, 4.1.1 (identifiers)."""


def constraint_name(table: str, columns: Sequence[str], label: str, *, schema: Schema) -> str:
    """The first name after PostgreSQL's pattern that no constraint has, as scripts write it.

    Source: PostgreSQL's ``ChooseConstraintName`` and ``makeObjectName``, src/backend/catalog/pg_constraint.c and
    src/backend/commands/indexcmds.c.

    Args:
        table: as scripts write it.
        columns: as scripts write them; joined for the name.
        label: its end, such as ``check``.
        schema: whose names are taken.
    """
    taken = {constraint.name for each in schema.tables.values() for constraint in each.constraints}
    middle = "_".join(map(bare, columns))
    return next(name for name in _candidates(bare(table), middle, label) if name not in taken)


def bare(name: str) -> str:
    """The last part of a written name, without quotes."""
    if name.endswith('"'):
        start = name.replace('""', "__").rindex('"', 0, len(name) - 1)
        return name[start + 1 : -1].replace('""', '"')
    return name.rpartition(".")[2]


def _candidates(table: str, middle: str, label: str) -> Iterator[str]:
    for number in count():
        yield quoted(_fitted(table, middle, f"{label}{number or ''}"))


def _fitted(table: str, middle: str, label: str) -> str:
    """The parts joined; of the longer one before the label bytes are cut off until all fit."""
    first, second = table.encode(), middle.encode()
    while len(first) + len(second) + len(label.encode()) + (2 if second else 1) > _LONGEST:
        first, second = (first[:-1], second) if len(first) > len(second) else (first, second[:-1])
    parts = (first.decode(errors="ignore"), second.decode(errors="ignore"), label)
    return "_".join(part for part in parts if part)
