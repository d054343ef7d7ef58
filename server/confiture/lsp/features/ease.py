"""Making a statement easier on the tables in use: the engine proves it, the client changes the file."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.apply import apply, saved
from confiture.lsp.convert import to_offset
from confiture.lsp.feature import Command
from confiture.lsp.record import Record
from confiture.lsp.runner import Task
from confiture.lsp.session import Session
from confiture.model.migration import Role

EASE = "confiture.ease"


def ease_actions(session: Session, record: Record, *, path: Path, chosen: types.Range) -> Iterator[types.CodeAction]:
    """Remedies for the chosen statements, as far as their costs say; whether they help, the command finds out."""
    from confiture.engine.easing.ease import key_of, proposals
    from confiture.engine.easing.remedy import Refusal, Relief, Situation, may_help

    text = session.text_of(path) or ""
    start, end = (to_offset(text, each, encoding=session.encoding) for each in (chosen.start, chosen.end))
    found = {
        statement.index: comparison.profile
        for role, statement, place in record.statements(path, Role.UP)
        if place.start <= end and start <= place.end and (comparison := record.comparison(role, statement))
    }
    if not found:
        return
    production = _production(record)
    kind = types.CodeActionKind.RefactorRewrite
    for remedy, proposal in proposals(Situation(record.migration, record.layout)):
        profile = found.get(proposal.statement.index)
        if profile is None or not may_help(remedy.aim, profile, production=production):
            continue
        match proposal:
            case Relief(statement=statement):
                command = types.Command(remedy.title, EASE, arguments=[session.uri_of(path), key_of(remedy, statement)])
                yield types.CodeAction(remedy.title, kind, command=command)
            case Refusal(reason=reason):
                if session.can("text_document.code_action.disabled_support"):
                    yield types.CodeAction(remedy.title, kind, disabled=types.CodeActionDisabled(reason))


def _production(record: Record) -> Mapping[str, int]:
    """Rows of production's tables; what is wrong with the file that says so, the run tells."""
    from confiture.engine.production import production_rows

    with suppress(ProjectError):
        return production_rows(record.config)
    return {}


async def ease(session: Session, uri: object = None, key: object = None, *_: object) -> dict[str, object]:
    """Makes one remedy's edit in the up script of the file's migration, if it is proved to help.

    Returns what was measured to be better, or the reason why nothing was changed.

    Raises:
        ProjectError: the file was not checked, was changed since it was saved, or the client refused the edit.
    """
    from confiture.engine.easing.ease import Eased

    record = session.record(uri)
    fixes = await session.fixes(record.migration.up.path, Task.EASE, frozenset({str(key)}))
    eased = next((fix for fix in fixes if isinstance(fix, Eased)), None)
    if eased is None:
        raise ProjectError("nothing was changed: the run was cancelled, or its errors say why")
    up = eased.migration.up
    if eased.edit:
        text, edit = saved(session, up, [eased.edit])
        await apply(session, up.path, text, edit, label="Confiture: ease the up script")
    reasons = [refused.reason for refused in eased.refused]
    if not (reasons or eased.edit):
        raise ProjectError("there is no such statement any more: run the check again")
    if reasons:
        session.tell(f"Not changed: {'; '.join(reasons)}", types.MessageType.Warning)
    return {"better": [words for gain in eased.gains for words in gain.words], "refused": reasons}


COMMANDS = (Command(EASE, ease),)
