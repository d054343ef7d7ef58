"""The client's settings: given at the start, pulled, or pushed; applied without a restart."""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

from lsprotocol import types

from confiture.config import load_config
from confiture.errors import ConfigError
from confiture.lsp.feature import Feature
from confiture.lsp.session import Session
from confiture.lsp.settings import Given

SECTION = "confiture"
_OF_THE_CLIENT = frozenset({"server", "trace"})
"""Settings that the VS Code client reads itself."""


def initialize(session: Session, params: types.InitializeParams) -> None:
    """Takes the settings of the initialization options."""
    _apply(session, {None: params.initialization_options})


async def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams) -> None:
    """Takes new settings: those that came along, and what the client gives when asked."""
    pushed = cast("object", params.settings)
    given = isinstance(pushed, Mapping) and SECTION in pushed
    if given:
        _apply(session, {None: cast("Given", pushed)[SECTION]})
    await pull(session, only_folders=given)


async def pull(session: Session, *, only_folders: bool = False) -> None:
    """Asks for the settings, if the client can be asked; for those of each folder too where there are several."""
    folders = session.folders if len(session.folders) > 1 else ()
    scopes = (*(() if only_folders else (None,)), *folders)
    if scopes and session.can("workspace.configuration"):
        items = [types.ConfigurationItem(session.uri_of(scope) if scope else None, SECTION) for scope in scopes]
        answer = await session.server.workspace_configuration_async(types.ConfigurationParams(items))
        _apply(session, dict(zip(scopes, answer, strict=False)))


def _apply(session: Session, given: Mapping[Path | None, object]) -> None:
    """Takes the settings of folders, and the shared ones under None.

    Malformed ones leave in force what was before, and the user is told.
    """
    now, complaints = session.settings, list[str]()
    for folder, settings in given.items():
        if settings is None or settings == []:  # no settings; as an empty list some clients write an empty object
            continue
        try:
            now = now.with_settings(_wanted(folder or session.root, settings), folder)
        except ConfigError as error:
            complaints.append(str(error))
    complaint = "\n".join(dict.fromkeys(complaints))
    if complaint and complaint != session.complaint:
        session.tell(f"{complaint}\nThe settings before stay in force.")
    session.complaint = complaint
    if now != session.settings:
        session.settings = now
        session.settings_changed()


def _wanted(root: Path, settings: object) -> Given:
    """The settings for the server.

    Raises:
        ConfigError: they are malformed. What is wrong with the project's own files is said when it runs.
    """
    if not isinstance(settings, Mapping):
        raise ConfigError(f"settings: {SECTION} is an object of settings, not {settings!r}")
    given = cast("Given", settings)
    wanted = {key: value for key, value in given.items() if key not in _OF_THE_CLIENT and value is not None}
    try:
        load_config(root, environment={}, overrides=wanted)
    except ConfigError:
        if _is_sound(root):
            raise
    return wanted


def _is_sound(root: Path) -> bool:
    """Whether the project's own settings can be read."""
    try:
        load_config(root, environment={})
    except ConfigError:
        return False
    return True


FEATURES = (
    Feature(types.INITIALIZE, initialize),
    Feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration),
)
