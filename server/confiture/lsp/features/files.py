"""Files and folders that come, go or change without the editor: what was known of them is forgotten or moved."""

import asyncio
from pathlib import Path

from lsprotocol import types

from confiture.lsp.feature import Feature
from confiture.lsp.session import Session

_FILTERS = types.FileOperationRegistrationOptions(
    [
        types.FileOperationFilter(types.FileOperationPattern("**/*.sql", types.FileOperationPatternKind.File), "file"),
        types.FileOperationFilter(types.FileOperationPattern("**", types.FileOperationPatternKind.Folder), "file"),
    ]
)


async def did_change_watched_files(session: Session, params: types.DidChangeWatchedFilesParams) -> None:
    """Forgets what is gone and follows what changed; settings and new files can change what belongs to a project."""
    await _gone(session, [each.uri for each in params.changes if each.type is types.FileChangeType.Deleted])
    for event in params.changes:
        path = session.path_of(event.uri)
        if path and event.type is types.FileChangeType.Changed and path.suffix == ".sql":
            if session.text_of(path) is None:
                await session.closed(path)
        elif event.type is not types.FileChangeType.Deleted:
            session.settings_changed()


async def did_rename_files(session: Session, params: types.RenameFilesParams) -> None:
    """Forgets the old names; nothing is known of the new ones, which may be other migrations, before they are run."""
    await _gone(session, [file.old_uri for file in params.files])


async def did_delete_files(session: Session, params: types.DeleteFilesParams) -> None:
    """Forgets what is gone."""
    await _gone(session, [file.uri for file in params.files])


def did_create_files(session: Session, _: types.CreateFilesParams) -> None:
    """What belongs to a project may be more now."""
    session.settings_changed()


async def _gone(session: Session, uris: list[str]) -> None:
    """A name that is there again, as after a save by way of another file, is not gone."""
    paths = [path for uri in uris if (path := session.path_of(uri))]
    if not paths:
        return  # without a pause in which the client's next request would be answered
    for path in await asyncio.to_thread(_missing, paths):
        session.forget(path)
    session.settings_changed()


def _missing(paths: list[Path]) -> list[Path]:
    return [path for path in paths if not path.exists()]


FEATURES = (
    Feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, did_change_watched_files),
    Feature(types.WORKSPACE_DID_RENAME_FILES, did_rename_files, _FILTERS),
    Feature(types.WORKSPACE_DID_DELETE_FILES, did_delete_files, _FILTERS),
    Feature(types.WORKSPACE_DID_CREATE_FILES, did_create_files, _FILTERS),
)
