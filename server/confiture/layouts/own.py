"""Confiture's own layout: ``name.sql`` with ``name_rollback.sql``, or ``V_name.up.sql`` with ``V_name.down.sql``.

The order is that of the file names, compared as text; each script runs in a transaction.
"""

import re
from dataclasses import dataclass

from confiture.layouts.layout import Folder, counted, history_of
from confiture.layouts.numbered import named, numbered
from confiture.model.migration import Delivery, History, Migration

_FILE = re.compile(r"(?P<version>[^_.]+(?P<name>.*?))(?:\.up|(?P<down>\.down|_rollback))?\.sql")


@dataclass(frozen=True, slots=True)
class Own:
    """The layout of Confiture."""

    name: str = "confiture"
    example: str = "name.sql and name_rollback.sql"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """Some file that begins with no number has a rollback."""
        found = named(folder.files, _FILE)
        names = {path.name for path in found}
        pair = next((n for n in names if not n[0].isdigit() and n.replace(".sql", "_rollback.sql") in names), None)
        return counted(found, folder.files, named_as="Confiture names them") if pair else None

    def read(self, folder: Folder) -> History:
        """Migrations by file name, compared as text."""
        migrations = (
            Migration(
                version=item.version.partition("_")[0] if item.version[:1].isdigit() else item.version,
                name=item.name.lstrip("_") if item.version[:1].isdigit() else "",
                up=folder.script(item.up),
                down=folder.script(item.down) if item.down else None,
                delivery=Delivery.TRANSACTION,
            )
            for item in numbered(folder.files, _FILE, key=str)
        )
        return history_of(self, folder, migrations)
