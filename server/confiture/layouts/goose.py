"""goose: ``00001_name.sql`` with ``-- +goose Up`` and ``-- +goose Down`` in one file.

goose ends a statement where a line ends with a semicolon, unless StatementBegin and StatementEnd stand around it: files
that it would cut elsewhere than PostgreSQL does are refused, as are annotations that it does not know.
Source: https://github.com/pressly/goose: internal/sqlparser/parser.go (ParseSQLMigration, extractAnnotation: of any
case; endsWithSemicolon), migration.go (NumericComponent: integers from 1), provider_collect.go (duplicates),
migration_sql.go (statement by statement, in a transaction unless ``NO TRANSACTION``, which counts for both ways), and
https://github.com/buildkite/interpolate (ENVSUB).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path

from confiture.errors import ProjectError
from confiture.layouts.layout import Folder, cached_script, counted, expand, history_of, refuse_twins
from confiture.layouts.sections import parts
from confiture.model.migration import Delivery, History, Migration
from confiture.model.script import Script
from confiture.model.span import Span

_FILE = re.compile(r"(?P<version>0*[1-9][0-9]*)_(?P<name>.*)\.sql")
_ANNOTATION = re.compile(r"^(?P<indent>[ \t]*)--.*\+goose.*$", re.MULTILINE)
_MARKER = re.compile(r"^--\s*\+goose\s+(?P<direction>up|down)\s*$", re.MULTILINE | re.IGNORECASE)
_BLOCK = re.compile(r"^--\s*\+goose\s+Statement(?P<edge>Begin|End)\s*$", re.MULTILINE | re.IGNORECASE)
_NO_TRANSACTION = re.compile(r"^--\s*\+goose\s+NO TRANSACTION\s*$", re.MULTILINE | re.IGNORECASE)
_ENVSUB = re.compile(r"^--\s*\+goose\s+ENVSUB (?P<switch>ON|OFF)\s*$", re.MULTILINE | re.IGNORECASE)
_KNOWN = frozenset({"up", "down", "statementbegin", "statementend", "no transaction", "envsub on", "envsub off"})
_PLACEHOLDER = re.compile(r"(?<![$\\])\$(?P<brace>\{)?(?P<name>[A-Za-z_]\w*)(?(brace)(?::?-(?P<default>[^}]*))?\})")
_OTHER_EXPANSION = re.compile(r"\$\$|\\\$|\$\{")
_LINE = re.compile(r".+")
_CODE = re.compile(r"[0-9]+_.*(?<!_test)\.go")


@dataclass(frozen=True, slots=True)
class Goose:
    """The layout of goose."""

    name: str = "goose"
    example: str = "00001_name.sql with -- +goose Up and -- +goose Down"
    nested: bool = False

    def recognise(self, folder: Folder) -> str | None:
        """Some file has its marker."""
        named = [path for path in folder.files if _FILE.fullmatch(path.name)]
        marked = next((path for path in named if _MARKER.search(folder.peek(path))), None)
        if not marked:
            return None
        code = [path.name for path in folder.files if _CODE.fullmatch(path.name)]
        left_out = f"; migrations in Go are left out, for instance {code[0]}" if code else ""
        return counted(named, folder.files, named_as="goose names them") + f"; {marked.name} has +goose Up{left_out}"

    def read(self, folder: Folder) -> History:
        """Migrations by version as an integer."""
        matches = [(match, path) for path in folder.files if (match := _FILE.fullmatch(path.name))]
        refuse_twins((int(match["version"]), path) for match, path in matches)
        ordered = sorted(matches, key=lambda pair: int(pair[0]["version"]))
        return history_of(self, folder, (_migration(match, path, folder) for match, path in ordered))


def _migration(match: re.Match[str], path: Path, folder: Folder) -> Migration:
    text = _substituted(path, folder)
    _refuse_unknown(path, text)
    found = [(marker["direction"].lower(), span) for marker, span in parts(text, _MARKER)]
    directions = [direction for direction, _ in found]
    if directions not in (["up"], ["up", "down"]):
        shown = ", ".join(directions) or "none"
        raise ProjectError(f"{path}: goose wants one -- +goose Up, then at most one -- +goose Down; found {shown}")
    up, *down = (cached_script(folder.read(path)[0], text, (span,)) for _, span in found)
    blocks = [span for edge, span in parts(text, _BLOCK) if edge["edge"].lower() == "begin"]
    for script in (up, *down):
        _refuse_other_ends(script, blocks)
    return Migration(
        version=match["version"],
        name=match["name"],
        up=up,
        down=down[0] if down else None,
        delivery=Delivery.SPLIT if _NO_TRANSACTION.search(text) else Delivery.TRANSACTION,
    )


def _refuse_unknown(path: Path, text: str) -> None:
    """Makes sure that goose knows each annotation; it compares what is left of the line without dashes and its name."""
    for match in _ANNOTATION.finditer(text):
        said = match[0].replace("--", "").replace("+goose", "", 1).strip().lower()
        if match["indent"] or said not in _KNOWN:
            why = "wants annotations at the start of their line" if match["indent"] else "does not know this"
            raise ProjectError(f"{path}:{_line(text, match.start())}: {match[0].strip()}: goose {why}")


def _refuse_other_ends(script: Script, blocks: Sequence[Span]) -> None:
    """Makes sure that goose ends each statement where PostgreSQL does."""
    text = script.text
    for statement in script.statements:
        if any(block.start <= statement.span.start < block.end for block in blocks):
            continue
        first = text.rfind("\n", 0, statement.span.start) + 1
        end = next((line for line in _LINE.finditer(text, first) if _ends_statement(line[0])), None)
        if end and end.end() >= statement.span.end:
            continue
        place = f"{script.path}:{_line(text, statement.span.start)}"
        if not end:
            raise ProjectError(f"{place}: goose wants a semicolon at the end of this statement's last line")
        raise ProjectError(
            f"{place}: goose ends this statement at line {_line(text, end.start())}, which ends with a semicolon; "
            "put -- +goose StatementBegin above it and -- +goose StatementEnd below"
        )


def _ends_statement(line: str) -> bool:
    """Whether the last word before any that begins with ``--`` ends with a semicolon."""
    words = takewhile(lambda word: not word.startswith("--"), line.split())
    return "".join([*words][-1:]).endswith(";")


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _substituted(path: Path, folder: Folder) -> str:
    """The text with the variables that stand between ENVSUB ON and OFF replaced."""
    text = folder.text(path)
    pieces: list[str] = []
    position = 0
    for match, span in parts(text, _ENVSUB):
        pieces.append(text[position : span.start])
        position = span.end
        part = span.of(text)
        on = match["switch"].upper() == "ON"
        pieces.append(_filled(path, part, folder, above=text[: span.start]) if on else part)
    return "".join([*pieces, text[position:]])


def _filled(path: Path, part: str, folder: Folder, *, above: str) -> str:
    padded = "\n" * above.count("\n") + part  # so that an error names the line in the file
    found = {match.start(): match for match in _PLACEHOLDER.finditer(padded)}
    if other := next((match for match in _OTHER_EXPANSION.finditer(padded) if match.start() not in found), None):
        why = "goose makes one $ of it" if other[0] != "${" else "Confiture reads ${NAME} and ${NAME:-default}"
        raise ProjectError(f"{path}:{_line(padded, other.start())}: {other[0]} between ENVSUB ON and OFF: {why}")
    defaults = {match["name"]: match["default"] for match in found.values() if match["default"] is not None}
    return expand(path, padded, placeholder=_PLACEHOLDER, variables=defaults | dict(folder.variables)).lstrip("\n")
