"""Code actions: ignore a survivor with a reason, look at the mutant, accept a baseline, ease a statement, run again."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from lsprotocol import types

from confiture.lsp.convert import to_offset
from confiture.lsp.feature import Feature
from confiture.lsp.features.commands import ACCEPT_BASELINE, SHOW_MUTANT
from confiture.lsp.features.complete_down import COMPLETE_DOWN
from confiture.lsp.features.diagnostics import UNUSED_IGNORE
from confiture.lsp.features.ease import ease_actions
from confiture.lsp.features.ignore_fixes import ignore_fixes, refused, removal_of
from confiture.lsp.features.write_tests import WRITE_TESTS
from confiture.lsp.record import Record
from confiture.lsp.session import RUN, Session
from confiture.model.migration import Role
from confiture.model.mutant import Category
from confiture.model.verdict import UNDETECTED, Judgement


def code_actions(session: Session, params: types.CodeActionParams) -> list[types.CodeAction] | list[types.Command]:
    """What can be done about the diagnostics of the request, and about its file; bare commands for simple clients."""
    only = params.context.only
    actions = [action for action in _actions(session, params) if only is None or _is_wanted(action, only)]
    if session.can("text_document.code_action.code_action_literal_support"):
        return actions
    return [action.command for action in actions if action.command and not action.disabled]


def _is_wanted(action: types.CodeAction, only: Sequence[types.CodeActionKind | str]) -> bool:
    """Whether its kind is one of ``only``, or below one."""
    kind = (action.kind or "") + "."
    return any(not wanted or kind.startswith(wanted + ".") for wanted in only)


def _actions(session: Session, params: types.CodeActionParams) -> list[types.CodeAction]:
    uri = params.text_document.uri
    path = session.path_of(uri)
    text = session.text_of(path) if path else None
    if path is None or text is None:
        return []
    actions: list[types.CodeAction] = []
    for record in session.records_of(path):
        for diagnostic in params.context.diagnostics:
            actions += _of_diagnostic(session, record, diagnostic, path=path, text=text, chosen=params.range)
        actions += ease_actions(session, record, path=path, chosen=params.range)
        if any(judgement.verdict.status in UNDETECTED for judgement in record.outcome.judgements):
            actions.append(_command("Write tests for all survivors of this migration", WRITE_TESTS, uri))
        actions.append(_command("Run Confiture again", RUN, uri))
        actions.append(_command("Accept all costs of this migration as baselines", ACCEPT_BASELINE, uri))
    return actions


def _of_diagnostic(
    session: Session, record: Record, diagnostic: types.Diagnostic, *, path: Path, text: str, chosen: types.Range
) -> Iterator[types.CodeAction]:
    uri = session.uri_of(path)
    judgement = _judgement(record, diagnostic)
    if judgement and judgement.mutant.role is Role.UP:
        mutant = judgement.mutant
        what = "test or budget" if mutant.category is Category.PERFORMANCE else "test"
        title = f"Write the {what} that kills this mutant"
        if any(statement.index == mutant.statement for _, statement, _ in record.statements(path, Role.UP)):
            yield _command(title, WRITE_TESTS, uri, mutant.id, diagnostic=diagnostic, preferred=True)
        else:
            yield from refused(session, title)
    if judgement:
        for fix in ignore_fixes(session, record, judgement, path=path, chosen=chosen):
            fix.diagnostics = [diagnostic]
            yield fix
        yield _command("Show the mutant", SHOW_MUTANT, uri, judgement.mutant.id, diagnostic=diagnostic)
    elif diagnostic.code == UNUSED_IGNORE:
        for fix in removal_of(session, record, diagnostic, path=path):
            fix.diagnostics = [diagnostic]
            yield fix
    elif diagnostic.code == "residue":
        yield _command("Complete the down script", COMPLETE_DOWN, uri, diagnostic=diagnostic, preferred=True)
        title = "Complete the down script, and keep rows in the up script"
        yield _command(title, COMPLETE_DOWN, uri, True, diagnostic=diagnostic)  # noqa: FBT003 - an argument in JSON
    elif diagnostic.code == "regression":
        offset = to_offset(text, diagnostic.range.start, encoding=session.encoding)
        found = (s for _, s, place in record.statements(path) if place.start <= offset <= place.end)
        for statement in list(found)[:1]:
            title = f"Accept this cost of {statement.operation} as its baseline"
            yield _command(title, ACCEPT_BASELINE, uri, statement.operation, diagnostic=diagnostic)


def _judgement(record: Record, diagnostic: types.Diagnostic) -> Judgement | None:
    """The one behind ``diagnostic``: by its data, or by its words where the client lost that."""
    data = cast("object", diagnostic.data)
    if isinstance(data, dict):
        return record.judgement(str(cast("dict[str, object]", data).get("mutant", "")))
    said = (f for f in record.findings() if (f.code, f.message) == (diagnostic.code, diagnostic.message))
    return next((finding.judgement for finding in said if finding.judgement), None)


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


_KINDS = (types.CodeActionKind.QuickFix, types.CodeActionKind.RefactorRewrite, types.CodeActionKind.Empty)

FEATURES = (
    Feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        code_actions,
        types.CodeActionOptions(_KINDS),
    ),
)
