"""Code actions: ignore a survivor with a reason, look at the mutant, accept a baseline, run again."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from lsprotocol import types

from confiture.lsp.convert import to_offset, to_position
from confiture.lsp.feature import Feature
from confiture.lsp.features.commands import ACCEPT_BASELINE, SHOW_MUTANT
from confiture.lsp.features.complete_down import COMPLETE_DOWN
from confiture.lsp.features.write_tests import WRITE_TESTS
from confiture.lsp.record import Record
from confiture.lsp.session import RUN, Session
from confiture.model.migration import Role
from confiture.model.mutant import Category
from confiture.model.verdict import UNDETECTED

_LINE_END = re.compile(r"\r\n|\n|\r")


def code_actions(session: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    """What can be done about the diagnostics of the request, and about its file."""
    uri = params.text_document.uri
    path = session.path_of(uri)
    text = session.text_of(path) if path else None
    if path is None or text is None:
        return []
    actions: list[types.CodeAction] = []
    for record in session.records_of(path):
        for diagnostic in params.context.diagnostics:
            actions += _of_diagnostic(session, record, diagnostic, path=path, text=text)
        if any(judgement.verdict.status in UNDETECTED for judgement in record.outcome.judgements):
            actions.append(_command("Write tests for all survivors of this migration", WRITE_TESTS, uri))
        actions.append(_command("Run Confiture again", RUN, uri))
        actions.append(_command("Accept all costs of this migration as baselines", ACCEPT_BASELINE, uri))
    return actions


def _of_diagnostic(
    session: Session, record: Record, diagnostic: types.Diagnostic, *, path: Path, text: str
) -> Iterator[types.CodeAction]:
    offset = to_offset(text, diagnostic.range.start, encoding=session.encoding)
    statement, place = next(
        ((s, place) for _, s, place in record.statements(path) if place.start <= offset <= place.end), (None, None)
    )
    uri = session.uri_of(path)
    judgement = record.judgement(_mutant_id(diagnostic))
    if judgement and place:
        edit = _ignore_edit(session, judgement.mutant.operator, place.start, text=text)
        title = f"Ignore {judgement.mutant.operator} here, with a reason"
        changes = types.WorkspaceEdit(changes={uri: [edit]})
        yield types.CodeAction(title, types.CodeActionKind.QuickFix, [diagnostic], edit=changes)
    if judgement and judgement.mutant.role is Role.UP and judgement.mutant.category is not Category.PERFORMANCE:
        title = "Write the test that kills this mutant"
        yield _command(title, WRITE_TESTS, uri, judgement.mutant.id, diagnostic=diagnostic, preferred=True)
    if judgement:
        yield _command("Show the mutant", SHOW_MUTANT, uri, judgement.mutant.id, diagnostic=diagnostic)
    elif diagnostic.code == "residue":
        yield _command("Complete the down script", COMPLETE_DOWN, uri, diagnostic=diagnostic, preferred=True)
    elif diagnostic.code == "regression" and statement:
        title = f"Accept this cost of {statement.operation} as its baseline"
        yield _command(title, ACCEPT_BASELINE, uri, statement.operation, diagnostic=diagnostic)


def _mutant_id(diagnostic: types.Diagnostic) -> str:
    """The id that `to_diagnostic` put into the data; empty when there is none."""
    data = cast("object", diagnostic.data)
    return str(cast("dict[str, object]", data).get("mutant", "")) if isinstance(data, dict) else ""


def _ignore_edit(session: Session, operator: str, start: int, *, text: str) -> types.TextEdit:
    """The directive on a line of its own above the statement, indented as it is."""
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    before = text[line_start:start]
    indent = before if not before.strip() else ""
    found = _LINE_END.search(text)
    end = found.group() if found else "\n"
    position = to_position(text, start, encoding=session.encoding)
    directive = f"-- confiture: ignore {operator} reason: {end}{indent}"
    lead = "" if not before.strip() else end
    return types.TextEdit(types.Range(position, position), lead + directive)


def _command(
    title: str,
    command: str,
    *arguments: object,
    diagnostic: types.Diagnostic | None = None,
    preferred: bool | None = None,
) -> types.CodeAction:
    return types.CodeAction(
        title,
        types.CodeActionKind.QuickFix if diagnostic else types.CodeActionKind.Empty,
        [diagnostic] if diagnostic else None,
        is_preferred=preferred,
        command=types.Command(title, command, arguments=list(arguments)),
    )


FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        code_actions,
        types.CodeActionOptions([types.CodeActionKind.QuickFix, types.CodeActionKind.Empty]),
    ),
)
