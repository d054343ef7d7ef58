"""From the first message to the last: settings and registrations, cancelled progress, shutdown."""

import asyncio
from collections.abc import Iterator

from lsprotocol import types

from confiture.lsp.feature import Feature
from confiture.lsp.features.configuration import SECTION, pull
from confiture.lsp.session import Session

_WATCHED = ("**/*.sql", "**/confiture.toml", "**/pyproject.toml")


async def initialized(session: Session, _: types.InitializedParams) -> None:
    """Takes the settings once the client can be asked, and asks to be told of what changes."""
    session.prepare()
    await pull(session)
    registrations = list(_registrations(session))
    if registrations:
        await session.server.client_register_capability_async(types.RegistrationParams(registrations))


def _registrations(session: Session) -> Iterator[types.Registration]:
    """What the client can be asked to tell; others tell of settings, and of files that they rename, without that."""
    if session.can("workspace.did_change_watched_files.dynamic_registration"):
        watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        files = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        yield types.Registration("confiture-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, files)
    if session.can("workspace.did_change_configuration.dynamic_registration"):
        section = types.DidChangeConfigurationRegistrationOptions(SECTION)
        yield types.Registration("confiture-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section)


async def shut_down(session: Session, _: object) -> None:
    """Ends all runs; the client may ask for nothing more."""
    await asyncio.to_thread(session.close)


def cancel(session: Session, params: types.WorkDoneProgressCancelParams) -> None:
    """The user pressed the button of a progress bar."""
    session.cancel(params.token)


FEATURES = (
    Feature(types.INITIALIZED, initialized),
    Feature(types.SHUTDOWN, shut_down),
    Feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL, cancel),
)
