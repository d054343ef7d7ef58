"""What a remedy is, and what it sees of a migration."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from confiture.model.migration import Migration
from confiture.model.profile import LockMode, Profile
from confiture.model.schema import Schema
from confiture.model.script import Script, Statement
from confiture.model.span import Edit
from confiture.sql.evolution import schema_after

BATCH = 1000
"""Rows that one transaction may lock at once; more are many."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A migration as remedies see it.

    Attributes:
        layout: name of the migration tool's layout.
        schema: what the up script finds, spelled as scripts do; empty where that is not known.
        unstable: functions whose result may change while a migration runs; empty where that is not known.
    """

    migration: Migration
    layout: str
    schema: Schema = field(default_factory=Schema)
    unstable: frozenset[str] = frozenset()

    @property
    def script(self) -> Script:
        """The up script."""
        return self.migration.up

    def schema_before(self, statement: Statement) -> Schema:
        """What ``statement`` finds, as far as the text of those before it tells."""
        schema = self.schema
        for earlier in self.script.statements[: statement.index]:
            schema = schema_after(earlier, schema)
        return schema


@dataclass(frozen=True, slots=True)
class Relief:
    """Edits that may make a statement easier on the tables in use; only measuring tells."""

    statement: Statement
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a remedy that would help a statement cannot be had in its script."""

    statement: Statement
    reason: str


Proposals: TypeAlias = Iterator[Relief | Refusal]


class Aim(Enum):
    """Which statements a remedy helps."""

    LOCKS = "locks"
    """Those that lock tables so that others wait."""
    READING = "reading"
    """Those that read or rewrite tables in full while others wait."""
    ROWS = "rows"
    """Those that write many rows, which stay locked until all are written."""


def may_help(aim: Aim, profile: Profile, *, production: Mapping[str, int]) -> bool:
    """Whether a statement of which this was measured can be one of those.

    Args:
        aim: what is to be helped.
        profile: of the statement.
        production: how many rows tables have there, as far as that is known.
    """
    stops_others = any(lock.mode.blocks for lock in profile.locks)
    match aim:
        case Aim.LOCKS:
            return stops_others
        case Aim.READING:
            return stops_others and bool(profile.scans or profile.rewrites)
        case Aim.ROWS:
            sizes = [production.get(lock.table, 0) for lock in profile.locks if lock.mode is LockMode.ROW_EXCLUSIVE]
            return profile.rows > 0 and max(profile.rows, *sizes, 0) > BATCH


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way to make statements easier on the tables in use.

    Attributes:
        name: on the command line and in commands.
        title: what it does, as a code action says it.
        propose: for each statement that it concerns; no I/O.
    """

    name: str
    title: str
    aim: Aim
    propose: Callable[[Situation], Proposals]
