"""Writing the tests that kill survivors: the engine proves them, the client puts them into their file."""

from typing import TYPE_CHECKING

from lsprotocol import types

from confiture.errors import ProjectError
from confiture.lsp.convert import to_position
from confiture.lsp.feature import Command
from confiture.lsp.session import Session
from confiture.model.verdict import UNDETECTED

if TYPE_CHECKING:
    from confiture.engine.killing.write import Written

WRITE_TESTS = "confiture.writeTests"


async def write_tests(session: Session, uri: object = None, mutant_id: object = None, *_: object) -> dict[str, object]:
    """Writes tests for one survivor, or for all of the file's migration, and asks the client to insert them.

    Returns how many tests were inserted, for how many mutants, and why others got none, by their ids.

    Raises:
        ProjectError: the file was not checked, the mutant is not known any more, or the client refused the edit.
    """
    record = session.record(uri)
    judged = record.outcome.judgements
    survivors = {
        judgement.mutant.id
        for judgement in judged
        if judgement.verdict.status in UNDETECTED and mutant_id in (None, judgement.mutant.id)
    }
    if not survivors:
        raise ProjectError("there is no such survivor any more: run the check again")
    writing = session.write_tests(record.migration.up.path, frozenset(survivors))
    await writing.done
    if writing.written is None:
        raise ProjectError("no test was written: the run was cancelled, or its errors say why")
    if writing.written.claims:
        await _insert(session, writing.written)
    left = {each.mutant.id: each.reason for each in writing.unproved}
    if mutant_id is not None:
        for each in writing.unproved:
            session.tell(f"No test was written. {each.mutant.description}: {each.reason}", types.MessageType.Info)
    return {"tests": len(writing.written.claims), "mutants": len(writing.proved), "left": left}


async def _insert(session: Session, written: "Written") -> None:
    """Has the client put the tests at the end of their file, which is made if need be, and shows them."""
    path = written.file.path
    text = session.text_of(path)
    file = written.file if text is None else written.file.with_text(text)
    position = to_position(file.text, len(file.text), encoding=session.encoding)
    uri = session.uri_of(path)
    edit = types.TextEdit(types.Range(position, position), file.addition(written.claims))
    answer = await session.server.workspace_apply_edit_async(
        types.ApplyWorkspaceEditParams(
            _workspace_edit(session, uri, edit, new=not file.exists), "Confiture: write tests"
        )
    )
    if not answer.applied:
        raise ProjectError(f"{path.name}: the editor did not insert the tests: {answer.failure_reason or 'no reason'}")
    window = session.server.client_capabilities.window
    if window and window.show_document and window.show_document.support:
        place = types.Range(position, position)
        session.server.window_show_document(types.ShowDocumentParams(uri, selection=place), lambda _: None)


def _workspace_edit(session: Session, uri: str, edit: types.TextEdit, *, new: bool) -> types.WorkspaceEdit:
    """Creating the file is part of the edit where the client can; others create what they are told to edit."""
    workspace = session.server.client_capabilities.workspace
    can = workspace.workspace_edit if workspace else None
    if not can or not can.document_changes:
        return types.WorkspaceEdit(changes={uri: [edit]})
    document = session.server.workspace.text_documents.get(uri)
    version = document.version if document else None
    change = types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri, version), [edit])
    if new and types.ResourceOperationKind.Create in (can.resource_operations or ()):
        create = types.CreateFile(uri, options=types.CreateFileOptions(ignore_if_exists=True))
        return types.WorkspaceEdit(document_changes=[create, change])
    return types.WorkspaceEdit(document_changes=[change])


COMMANDS = (Command(WRITE_TESTS, write_tests),)
