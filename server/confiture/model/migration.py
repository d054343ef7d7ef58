"""Migrations and their history."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from confiture.model.script import Script


class Delivery(Enum):
    """How a migration tool hands a script to PostgreSQL."""

    TRANSACTION = "transaction"
    """Between BEGIN and COMMIT."""
    ONE_STRING = "one string"
    """In one message: several statements share an implicit transaction, a single one has none."""
    SPLIT = "split"
    """Statement by statement, each on its own."""


class Role(Enum):
    """Which script of a migration is meant."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a history.

    Attributes:
        down_delivery: how the down script is handed over, where a tool lets it differ from the up script.
        verify: the script with which the tool itself checks the migration.
    """

    version: str
    name: str
    up: Script
    down: Script | None
    delivery: Delivery
    down_delivery: Delivery | None = None
    verify: Script | None = None

    @property
    def title(self) -> str:
        """Version and name as people say them: ``0004 add_status``."""
        return f"{self.version} {self.name}".strip()

    @property
    def scripts(self) -> Mapping[Role, Script]:
        """The up script, and the down script if there is one."""
        return {Role.UP: self.up, Role.DOWN: self.down} if self.down else {Role.UP: self.up}

    def delivery_of(self, role: Role) -> Delivery:
        """How the script that plays ``role`` is handed over."""
        return self.delivery if role is Role.UP else self.down_delivery or self.delivery

    def script(self, role: Role) -> Script:
        """The script that plays ``role``.

        Raises:
            LookupError: there is no down script.
        """
        if role is Role.UP:
            return self.up
        if self.down is None:
            raise LookupError(f"{self.title} has no down script")
        return self.down


@dataclass(frozen=True, slots=True)
class History:
    """All migrations of one directory, in the order of their tool.

    Attributes:
        root: the directory that holds them.
        layout: name of the layout that read them.
        reason: why that layout was chosen, for people.
    """

    root: Path
    layout: str
    reason: str
    migrations: tuple[Migration, ...]

    def index_of(self, path: Path) -> int | None:
        """Place of the migration that ``path`` (a resolved path) belongs to."""
        for index, migration in enumerate(self.migrations):
            if path == migration.up.path or (migration.down and path == migration.down.path):
                return index
        return None
