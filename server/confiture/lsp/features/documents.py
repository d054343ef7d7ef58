"""Opening, changing, saving and closing documents. A save runs a check; opening runs nothing."""

from lsprotocol import types

from confiture.lsp.feature import Feature
from confiture.lsp.session import Session


async def did_open(session: Session, params: types.DidOpenTextDocumentParams) -> None:
    """Places what is known of the file in its text, and reads that."""
    await _did_change(session, params.text_document.uri)


async def did_change(session: Session, params: types.DidChangeTextDocumentParams) -> None:
    """Keeps findings on the statements that were not typed in, and says at once what cannot be read."""
    await _did_change(session, params.text_document.uri)


async def _did_change(session: Session, uri: str) -> None:
    path = session.path_of(uri)
    if path:
        await session.changed(path)


def did_save(session: Session, params: types.DidSaveTextDocumentParams) -> None:
    """Checks the migration."""
    path = session.path_of(params.text_document.uri)
    if path:
        session.run(path)


async def did_close(session: Session, params: types.DidCloseTextDocumentParams) -> None:
    """Findings of closed files stay, where they are in the file."""
    path = session.path_of(params.text_document.uri)
    if path:
        await session.closed(path)


FEATURES = (
    Feature(types.TEXT_DOCUMENT_DID_OPEN, did_open),
    Feature(types.TEXT_DOCUMENT_DID_CHANGE, did_change),
    Feature(types.TEXT_DOCUMENT_DID_SAVE, did_save, types.SaveOptions(include_text=False)),
    Feature(types.TEXT_DOCUMENT_DID_CLOSE, did_close),
)
