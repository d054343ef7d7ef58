"""Reading files and parsing them into `Script`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from confiture.errors import ProjectError
from confiture.model.script import Directive, Script, Statement, Tokens
from confiture.model.span import Span
from confiture.sql.directives import FILE_VERBS, directives
from confiture.sql.kinds import kind_of
from confiture.sql.lexer import LexError, comments, tokenize
from confiture.sql.tables import alter_actions

_BYTE_ORDER_MARK = "\ufeff"


def read_source(path: Path) -> str:
    """The text of ``path``, line endings as they are.

    Raises:
        ProjectError: it cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8 and run again"
        raise ProjectError(message) from error
    except OSError as error:
        raise ProjectError(f"{path}: cannot be read: {error.strerror}") from error


def parse_script(path: Path, source: str, *, keep: Sequence[Span] | None = None) -> Script:
    """The script in ``source``.

    SQL that cannot be cut into tokens becomes one statement without tokens, for PostgreSQL to reject.

    Args:
        path: where ``source`` comes from.
        source: the whole file.
        keep: the parts of the file that belong to this script; all by default.
    """
    text = _blank_all_but(source, keep)
    try:
        tokens = tokenize(text)
    except LexError:
        return _unreadable(path, source, text)
    found = list(directives(text, comments(text, tokens)))
    statements: list[Statement] = []
    for index, (run, end) in enumerate(split_statements(tokens)):
        what = kind_of(run)
        span = Span(run[0].span.start, run[-1].span.end)
        statements.append(Statement(index, span, end, what.kind, what.name, what.table, "", span.of(text), run))
    return Script(
        path=path,
        source=source,
        text=text,
        statements=_with_operations(_with_directives(text, statements, found)),
        directives=tuple(directive for directive in found if directive.verb in FILE_VERBS),
    )


def _blank_all_but(source: str, keep: Sequence[Span] | None) -> str:
    text = source
    if keep is not None:
        text = "".join(character if character in "\r\n" else " " for character in source)
        for span in keep:
            text = text[: span.start] + span.of(source) + text[span.end :]
    return " " + text[1:] if text.startswith(_BYTE_ORDER_MARK) else text


def _unreadable(path: Path, source: str, text: str) -> Script:
    body = text.strip()
    start = text.index(body)
    span = Span(start, start + len(body))
    return Script(path, source, text, (Statement(0, span, span.end, "UNREADABLE", "", None, "UNREADABLE", body, ()),))


def split_statements(tokens: Tokens) -> list[tuple[Tokens, int]]:
    """Runs of tokens between semicolons, each with the offset behind its semicolon.

    Semicolons in parentheses (CREATE RULE) and in ``BEGIN ATOMIC … END`` separate nothing.
    """
    runs: list[tuple[Tokens, int]] = []
    begin = 0
    depth = 0
    atomic = 0
    for index, token in enumerate(tokens):
        match token.word:
            case "(":
                depth += 1
            case ")":
                depth = max(0, depth - 1)
            case "ATOMIC" if tokens[index - 1].word == "BEGIN":
                atomic = 1
            case "CASE" if atomic and tokens[index - 1].word != "AS":
                atomic += 1
            case "END" if atomic and tokens[index - 1].word != "AS":
                atomic -= 1
            case ";" if not depth and not atomic:
                if index > begin:
                    runs.append((tokens[begin:index], token.span.end))
                begin = index + 1
            case _:
                pass
    if begin < len(tokens):
        runs.append((tokens[begin:], tokens[-1].span.end))
    return runs


def _with_directives(text: str, statements: list[Statement], found: list[Directive]) -> list[Statement]:
    """Each directive goes to the statement that it stands in or above, or behind on the same line."""
    owners: dict[int, list[Directive]] = {}
    for directive in found:
        if directive.verb in FILE_VERBS:
            continue
        before = next((s for s in reversed(statements) if s.end <= directive.span.start), None)
        if before and "\n" not in text[before.end : directive.span.start]:
            owners.setdefault(before.index, []).append(directive)
            continue
        owner = next((s for s in statements if directive.span.start < s.span.end), None)
        if owner:
            owners.setdefault(owner.index, []).append(directive)
    return [replace(s, directives=tuple(owners.get(s.index, ()))) for s in statements]


def _with_operations(statements: list[Statement]) -> tuple[Statement, ...]:
    seen: Counter[str] = Counter()
    named: list[Statement] = []
    for statement in statements:
        operation = operation_of(statement)
        seen[operation] += 1
        suffix = f" #{seen[operation]}" if seen[operation] > 1 else ""
        named.append(replace(statement, operation=operation + suffix))
    return tuple(named)


def operation_of(statement: Statement) -> str:
    """The identity of ``statement`` across edits, as long as it is the only one of its kind and name."""
    parts = [statement.kind, statement.name]
    if statement.kind == "ALTER TABLE":
        actions = alter_actions(statement.tokens)
        parts += [f"{action.kind} {action.name}" for action in actions[:1]]
    return " ".join(part.strip() for part in parts if part.strip())
