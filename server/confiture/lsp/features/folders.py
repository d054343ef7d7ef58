"""Folders that enter and leave the workspace."""

from lsprotocol import types

from confiture.lsp.feature import Feature
from confiture.lsp.features.configuration import pull
from confiture.lsp.session import Session


async def did_change_workspace_folders(session: Session, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Forgets what is in no folder of the workspace any more, and asks for the settings of the others."""
    removed = [path for folder in params.event.removed if (path := session.path_of(folder.uri))]
    for path in removed:
        session.settings = session.settings.without(path)
        if not any(path.is_relative_to(folder) for folder in session.folders):
            session.forget(path)
    session.settings_changed()
    await pull(session)


FEATURES = (Feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, did_change_workspace_folders),)
