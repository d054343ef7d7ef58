"""Comments that speak to the migration tool: what it is to send whole, and options of what a comment begins.

Sources: goose's README ("SQL Migrations"); https://docs.liquibase.com (changeset attributes splitStatements and
rollbackSplitStatements).
"""

import re
from collections.abc import Iterable

from confiture.errors import ProjectError
from confiture.model.lines import line_above, line_below, line_end_of, line_start
from confiture.model.script import Script, Statement
from confiture.model.span import Edit, Span

_GOOSE_BEGIN, _GOOSE_END = "-- +goose StatementBegin", "-- +goose StatementEnd"
_GOOSE = re.compile(r"^--\s*\+goose\s+Statement(?P<edge>Begin|End)\b[^\r\n]*", re.MULTILINE | re.IGNORECASE)
_CHANGESET = re.compile(r"^[ \t]*--\s*changeset\b[^\r\n]*", re.MULTILINE | re.IGNORECASE)
_ROLLBACK = re.compile(r"[ \t]*--[ \t]*rollback ", re.IGNORECASE)


def block_around(script: Script, offset: int, *, layout: str) -> Span | None:
    """The lines, with those that say so, that the tool sends as one statement with what stands at ``offset``."""
    if layout != "goose":
        return None
    begin = None
    for match in _GOOSE.finditer(script.source):
        if match["edge"].lower() == "begin":
            begin = match.start()
        elif match.start() > offset:
            return Span(begin, match.end()) if begin is not None and begin < offset else None
    return None


def kept_whole(script: Script, statement: Statement, *, layout: str) -> tuple[Edit, ...] | str:
    """Edits of what stands around ``statement``, after which its tool sends it whole, or why there are none."""
    match layout:
        case "goose" if block_around(script, statement.span.start, layout=layout):
            return ()
        case "goose":
            return (
                line_above(script.source, statement.span.start, _GOOSE_BEGIN),
                line_below(script.source, statement.end, _GOOSE_END),
            )
        case "liquibase":
            return at_end_of_changeset(script, statement.span.start, "splitStatements:false")
        case _:
            return ()


def ended(script: Script, offset: int, statements: Iterable[str], *, layout: str) -> str:
    """``statements``, written without semicolons at their ends, as they have to stand at ``offset`` of the file."""
    whole = "{}\n{};\n{}".format(_GOOSE_BEGIN, "{}", _GOOSE_END) if layout == "goose" else "{};"
    text = "\n".join((whole if ";" in each else "{};").format(each) for each in statements)
    start = line_start(script.source, offset)
    if layout == "liquibase" and (rollback := _ROLLBACK.match(script.source, start, offset)):
        text = "\n".join(f"{rollback[0]}{line}" for line in text.split("\n"))
    return text.replace("\n", line_end_of(script.source))


def told_of(script: Script, offset: int, statements: Iterable[str], *, layout: str) -> tuple[Edit, ...]:
    """Edits of the line that begins a way back at ``offset``, to which ``statements`` are added.

    Raises:
        ProjectError: that line says the contrary of what is needed.
    """
    if layout != "liquibase" or not any(";" in each for each in statements):
        return ()
    edits = at_end_of_changeset(script, offset, "rollbackSplitStatements:false")
    if isinstance(edits, str):
        raise ProjectError(f"{script.path.name}: {edits}")
    return edits


def at_end_of_changeset(script: Script, offset: int, option: str) -> tuple[Edit, ...] | str:
    """Puts ``option`` behind the line that begins Liquibase's changeset at ``offset``."""
    return at_end(_CHANGESET.finditer(script.source, 0, offset), option)


def at_end(markers: Iterable[re.Match[str]], option: str) -> tuple[Edit, ...] | str:
    """Puts ``option`` behind the last of ``markers``, which may have it, or says why it cannot be."""
    found = [*markers]
    line, name = (found[-1][0].rstrip() if found else ""), option.partition(":")[0]
    if option.lower() in line.lower().split():
        return ()
    if not found or f" {name}:".lower() in line.lower():
        return f"the tool was told another {name} than {option}"
    end = found[-1].start() + len(line)
    return (Edit(Span(end, end), f" {option}"),)
