"""The client's settings: given at the start, pulled, or pushed; applied without a restart."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from lsprotocol import types

from confiture.config import load_config
from confiture.errors import ConfigError
from confiture.lsp.feature import Feature
from confiture.lsp.features.files import watch
from confiture.lsp.session import Session

SECTION = "confiture"
_OF_THE_CLIENT = frozenset({"server", "trace"})
"""Settings that the VS Code client reads itself."""


async def initialized(session: Session, _: types.InitializedParams) -> None:
    """Takes the settings once the client can be asked, and asks to be told of files."""
    await _pull(session)
    await watch(session)


async def did_change_configuration(session: Session, params: types.DidChangeConfigurationParams) -> None:
    """Takes new settings: those that came along, or else those that the client gives when asked."""
    pushed = cast("object", params.settings)
    if isinstance(pushed, Mapping) and SECTION in pushed:
        _apply(session, cast("Mapping[str, object]", pushed)[SECTION])
    else:
        await _pull(session)


async def _pull(session: Session) -> None:
    workspace = session.server.client_capabilities.workspace
    if not (workspace and workspace.configuration):
        return
    items = [types.ConfigurationItem(section=SECTION)]
    answer = await session.server.workspace_configuration_async(types.ConfigurationParams(items))
    _apply(session, answer[0] if answer else None)


def initialize(session: Session, params: types.InitializeParams) -> None:
    """Takes the settings of the initialization options."""
    _apply(session, params.initialization_options)


def _apply(session: Session, settings: Any) -> None:
    """Replaces the settings, unless they are malformed: then the old ones stay and the user is told."""
    if settings is None or settings == []:  # no settings; as an empty list some clients write an empty object
        return
    wanted: dict[str, object] = {}
    if isinstance(settings, Mapping):
        given = cast("Mapping[str, object]", settings)
        wanted = {key: value for key, value in given.items() if key not in _OF_THE_CLIENT and value is not None}
        complaint = _complaint(session.root, wanted)
    else:
        complaint = f"settings: {SECTION} is an object of settings, not {settings!r}"
    if complaint and complaint != session.complaint:
        session.tell(f"{complaint}\nThe settings before stay in force.")
    session.complaint = complaint
    if complaint is None and wanted != session.settings:
        session.settings = wanted
        session.settings_changed()


def _complaint(root: Path, settings: Mapping[str, object]) -> str | None:
    """What is wrong with the settings; what is wrong with the project's own files is said when it runs."""
    try:
        load_config(root, environment={}, overrides=settings)
    except ConfigError as error:
        with suppress(ConfigError):
            load_config(root, environment={})
            return str(error)
    return None


FEATURES = (
    Feature(types.INITIALIZE, initialize),
    Feature(types.INITIALIZED, initialized),
    Feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION, did_change_configuration),
)
