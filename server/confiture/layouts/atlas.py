"""Atlas: ``20240101000000_name.sql`` beside an ``atlas.sum``; a new database starts from the newest checkpoint.

Directives stand at the top of a file, above an empty line. An archive (``atlas:txtar``) has its up script in
``-- migration.sql --`` and its way back in ``-- down.sql --``; its checks are left out.
Source: https://github.com/ariga/atlas: sql/migrate/dir.go (LocalDir.Files: order; LocalFile.comments, reDirective;
FilesFromLastCheckpoint), sql/migrate/lex.go (Scanner.init, setDelim: on the first line only) and
cmd/atlas/internal/cmdapi/migrate.go (txmodeFor); https://atlasgo.io/versioned/checks (archives).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, counted, history_of, with_separators
from confiture.layouts.sections import parts
from confiture.model.migration import Delivery, History, Migration
from confiture.model.script import Script, TokenKind
from confiture.model.span import Span
from confiture.sql.lexer import tokens_at

_HEADER = re.compile(r"(?P<lines>(?:(?:--|#).*(?:\n|$))*)[ \t]*(?:\n|$)")
_DIRECTIVE = re.compile(r"^[ -~]*?atlas:(?P<key>\w+)(?: +(?P<value>.+?))?[ \t\r]*$", re.MULTILINE)
_DELIMITER = re.compile(r"-- atlas:delimiter +(?P<value>.+)\n")
_ESCAPES = {r"\n": "\n", r"\r": "\r", r"\t": "\t"}
_FILE = re.compile(r"^-- (?P<name>\S+) --[ \t\r]*$", re.MULTILINE)
_QUOTED = frozenset({TokenKind.STRING, TokenKind.BODY, TokenKind.QUOTED})


@dataclass(frozen=True, slots=True)
class Atlas:
    """The layout of Atlas."""

    name: str = "atlas"
    example: str = "20240101000000_name.sql beside atlas.sum"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """There is a sum file."""
        found = [path for path in folder.files if path.suffix == ".sql"]
        if not found or not any(path.name == "atlas.sum" for path in folder.files):
            return None
        return counted(found, folder.files, named_as="Atlas names them") + "; there is an atlas.sum"

    def read(self, folder: Folder) -> History:
        """Migrations by file name, compared as text, from the newest checkpoint on."""
        found = sorted((path for path in folder.files if path.suffix == ".sql"), key=lambda path: path.name)
        directives = {path: _directives(folder.text(path)) for path in found}
        start = max((index for index, path in enumerate(found) if "checkpoint" in directives[path]), default=0)
        return history_of(self, folder, (_migration(path, directives[path], folder) for path in found[start:]))


def _directives(text: str) -> dict[str, str]:
    header = _HEADER.match(text)
    lines = header["lines"] if header else ""
    return {match["key"]: match["value"] or "" for match in _DIRECTIVE.finditer(lines)}


def _migration(path: Path, directives: Mapping[str, str], folder: Folder) -> Migration:
    resolved, text = folder.read(path)
    version, _, name = path.stem.partition("_")
    up, down = Span(0, len(text)), None
    if "txtar" in directives:
        files = {marker["name"]: span for marker, span in parts(text, _FILE)}
        if "migration.sql" not in files:
            raise ProjectError(f"{path}: this archive has no -- migration.sql --")
        up, down = files["migration.sql"], files.get("down.sql")
    return Migration(
        version=version,
        name=name,
        up=_script(resolved, text, up),
        down=_script(resolved, text, down) if down else None,
        delivery=Delivery.SPLIT if directives.get("txmode") == "none" else Delivery.TRANSACTION,
    )


def _script(path: Path, text: str, keep: Span) -> Script:
    return with_separators(path, text, separators=_separators(text), keep=(keep,))


def _separators(text: str) -> Iterator[Span]:
    """Where the delimiter stands that the first line names, outside of strings and quoted bodies."""
    first = _DELIMITER.match(text)
    if not first:
        return
    delimiter = re.sub(r"\\[nrt]", lambda match: _ESCAPES[match[0]], first["value"])
    quoted = [token.span for token in tokens_at(text, 0) if token.kind in _QUOTED]
    for match in re.compile(re.escape(delimiter)).finditer(text, first.end()):
        if not any(span.start <= match.start() < span.end for span in quoted):
            yield Span(*match.span())
