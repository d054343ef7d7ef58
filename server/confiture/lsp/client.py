"""What the client is: what it can do, its workspace, and the documents that it has open."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types
from pygls import uris
from pygls.capabilities import get_capability

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer


class Client:
    """One client, as it tells of itself."""

    def __init__(self, server: "LanguageServer") -> None:
        self.server = server

    def can(self, capability: str) -> bool:
        """Whether the client declared a ``capability`` such as ``window.show_document.support``."""
        return bool(get_capability(self.server.client_capabilities, capability))

    def tell(self, message: str, kind: types.MessageType = types.MessageType.Error) -> None:
        """Shows a message that belongs to no place."""
        self.server.window_show_message(types.ShowMessageParams(kind, message))

    @property
    def encoding(self) -> str:
        """The position encoding that was agreed upon."""
        return self.server.workspace.position_encoding or types.PositionEncodingKind.Utf16

    @property
    def root(self) -> Path:
        """The workspace's root, or else the working directory."""
        root = self.server.workspace.root_path
        return Path(root) if root else Path.cwd()

    @property
    def folders(self) -> tuple[Path, ...]:
        """The workspace's folders, of which there can be several."""
        found = (self.path_of(uri) for uri in self.server.workspace.folders)
        return tuple(folder for folder in found if folder) or (self.root,)

    def path_of(self, uri: str) -> Path | None:
        """The file behind ``uri``; None for documents that are no files."""
        return _path_of(uri)

    def text_of(self, path: Path) -> str | None:
        """The text that the editor holds; None when the file is not open."""
        for uri, document in self.server.workspace.text_documents.items():
            if self.path_of(uri) == path:
                return document.source
        return None

    def uri_of(self, path: Path) -> str:
        """The client's own URI of an open file, else one made from its path."""
        for uri in self.server.workspace.text_documents:
            if self.path_of(uri) == path:
                return uri
        return path.as_uri()


@lru_cache(maxsize=1024)
def _path_of(uri: str) -> Path | None:
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path).resolve() if path else None
