"""tern: ``001_name.sql``, gapless, up and down parted by ``---- create above / drop below ----``; a Go template.

Without a transaction, which the up and the down part choose by themselves, each statement is sent alone.
Source: https://github.com/jackc/tern, migrate/migrate.go: FindMigrations (names, gaps), LoadMigrations (separator,
templates), disableTxPattern and doSQLMigration (delivery); README (``[data]`` of tern.conf).
"""

import re
from dataclasses import dataclass

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, cached_script, counted, expand_go_template, history_of
from confiture.layouts.numbered import Numbered, named, numbered
from confiture.model.migration import Delivery, History, Migration
from confiture.model.span import Span

_FILE = re.compile(r"(?P<version>[0-9]+)_(?P<name>.+)\.sql")
_SEPARATOR = "---- create above / drop below ----"
_WITHOUT_TRANSACTION = re.compile(r"^---- tern: disable-tx ----$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{-?\s*\.(?P<name>\w+)\s*-?\}\}")
_CONF_VALUE = re.compile(r"^\s*(?P<name>\w+)\s*=[ \t]*(?P<value>.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Tern:
    """The layout of tern."""

    name: str = "tern"
    example: str = f"001_name.sql with {_SEPARATOR}"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """There is a tern.conf here, or a file has its separator."""
        found = named(folder.files, _FILE)
        marked = next((p.name for p in found if _SEPARATOR in folder.peek(p)), None)
        if not marked and not (found and (folder.path / "tern.conf").is_file()):
            return None
        why = f"{marked} has its separator" if marked else "there is a tern.conf"
        return counted(found, folder.files, named_as="tern names them") + f"; {why}"

    def read(self, folder: Folder) -> History:
        """Migrations by version as an integer; tern refuses gaps."""
        found = numbered(folder.files, _FILE, key=int)
        for wanted, item in enumerate(found, start=1):
            if int(item.version) != wanted:
                raise ProjectError(f"{folder.path}: tern wants no gaps, and {wanted} is missing before {item.up.name}")
        values = _defaults(folder) | dict(folder.variables)
        return history_of(self, folder, (_migration(item, folder, values) for item in found))


def _defaults(folder: Folder) -> dict[str, str]:
    """The ``[data]`` of ``tern.conf``."""
    conf = next(folder.above("tern.conf"), None)
    _, _, data = conf.read_text("utf-8", errors="replace").partition("[data]") if conf else ("", "", "")
    return {match["name"]: match["value"] for match in _CONF_VALUE.finditer(data.partition("\n[")[0])}


def _migration(item: Numbered, folder: Folder, values: dict[str, str]) -> Migration:
    path, source = folder.read(item.up)
    text = expand_go_template(item.up, source, placeholder=_PLACEHOLDER, variables=values)
    at = text.find(_SEPARATOR)
    above, below = (Span(0, at), Span(at, len(text))) if at >= 0 else (Span(0, len(text)), None)
    return Migration(
        version=item.version,
        name=item.name,
        up=cached_script(path, text, (above,)),
        down=cached_script(path, text, (below,)) if below else None,
        delivery=_delivery(above.of(text)),
        down_delivery=_delivery(below.of(text)) if below else None,
    )


def _delivery(part: str) -> Delivery:
    return Delivery.SPLIT if _WITHOUT_TRANSACTION.search(part) else Delivery.TRANSACTION
