"""Quick fixes that ignore a survivor, in a statement, in several or in the file, and that remove unused directives."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lsprotocol import types

from confiture.lsp.convert import to_offset, to_range
from confiture.lsp.edits import workspace_edit
from confiture.lsp.features.diagnostics import UNUSED_IGNORE
from confiture.lsp.record import Record
from confiture.lsp.session import Session
from confiture.model.lines import line_above, line_below, whole_lines
from confiture.model.span import Edit
from confiture.model.verdict import Judgement

_EDITED = "its statement was edited since the check: save to check it again"


def ignore_fixes(
    session: Session, record: Record, judgement: Judgement, *, path: Path, chosen: types.Range
) -> Iterator[types.CodeAction]:
    """Ways to ignore the mutant's operator; ``chosen`` is what the user selected."""
    mutant, text = judgement.mutant, session.text_of(path) or ""
    places = [(each.index, each.end - each.span.end, place) for _, each, place in record.statements(path, mutant.role)]
    here = next((place for index, _, place in places if index == mutant.statement), None)
    title = f"Ignore {mutant.operator} here, with a reason"
    if here is None:
        yield from refused(session, title)
        return
    yield _fix(session, path, title, [line_above(text, here.start, _directive("ignore", mutant.operator))])
    start, end = (to_offset(text, position, encoding=session.encoding) for position in (chosen.start, chosen.end))
    block = [(place, behind) for _, behind, place in places if place.start < end and start < place.end]
    if len(block) > 1:
        (first, _), (last, behind) = block[0], block[-1]
        edits = [
            line_above(text, first.start, _directive("ignore-start", mutant.operator)),
            line_below(text, last.end + behind, f"-- confiture: ignore-end {mutant.operator}"),
        ]
        yield _fix(session, path, f"Ignore {mutant.operator} in these {len(block)} statements, with a reason", edits)
    top = line_above(text, places[0][2].start, _directive("ignore-file", mutant.operator))
    yield _fix(session, path, f"Ignore {mutant.operator} in this file, with a reason", [top])


def refused(session: Session, title: str) -> Iterator[types.CodeAction]:
    """The fix of a statement that was typed in since the check, with the reason, for clients that show that."""
    if session.can("text_document.code_action.disabled_support"):
        yield types.CodeAction(title, types.CodeActionKind.QuickFix, disabled=types.CodeActionDisabled(_EDITED))


def removal_of(
    session: Session, record: Record, diagnostic: types.Diagnostic, *, path: Path
) -> Iterator[types.CodeAction]:
    """Takes away the directive that ``diagnostic`` is about, if it still stands there."""
    text = session.text_of(path) or ""
    for finding in record.findings():
        place = record.place(path, finding.span) if (finding.code, finding.path) == (UNUSED_IGNORE, path) else None
        if place and to_range(text, place, encoding=session.encoding) == diagnostic.range:
            edit = Edit(whole_lines(text, place), "")
            yield _fix(session, path, "Remove the directive, which ignores nothing", [edit])


def _directive(verb: str, operator: str) -> str:
    return f"-- confiture: {verb} {operator} reason: "


def _fix(session: Session, path: Path, title: str, edits: Sequence[Edit]) -> types.CodeAction:
    return types.CodeAction(title, types.CodeActionKind.QuickFix, edit=workspace_edit(session, path, edits))
