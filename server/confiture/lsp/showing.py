"""Bringing what is known to the client: published, or fetched by clients that pull, but never both."""

import asyncio
import logging
from time import perf_counter
from typing import TYPE_CHECKING

from lsprotocol import types

if TYPE_CHECKING:
    from confiture.lsp.session import Session

logger = logging.getLogger("confiture.lsp")

LENSES = "text_document.code_lens"
"""Clients without this get hints in the place of lenses."""
_TYPING_SECONDS, _RUN_SECONDS = 0.02, 0.05
"""How long what typing and runs bring is gathered before it is shown together."""
_LENSES_SECONDS = 1.0
"""How seldom a run lets the client ask for lenses: VS Code first waits until nobody has told it to for a moment."""


class Showing:
    """What the client has, and what is to come.

    Attributes:
        fetches_all: the client has asked for the findings of the whole workspace, as it will do again.
        views: URIs of the texts that the client got from us.
    """

    def __init__(self, session: "Session") -> None:
        self.fetches_all = False
        self.views: set[str] = set()
        self._session = session
        self._known: dict[str, list[types.Diagnostic]] = {}
        self._published: dict[str, list[types.Diagnostic]] = {}
        self._seconds = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._more_than_typing = False
        self._lenses_renewed = 0.0
        self._lenses_timer: asyncio.TimerHandle | None = None

    @property
    def pulls(self) -> bool:
        """Whether the client fetches the findings of what is open, and can be told that there are new ones."""
        can = self._session.can
        return can("text_document.diagnostic") and can("workspace.diagnostics.refresh_support")

    def renew(self, *, lenses: bool = False, awaited: bool = False) -> None:
        """Shows soon what there is now, at once if it is what the user waits for.

        ``lenses`` says that the user did more than typing.
        """
        self._more_than_typing |= lenses
        loop = asyncio.get_running_loop()
        # However much there is to show, most of the time is left for the client's requests.
        gathered = max(_RUN_SECONDS if lenses else _TYPING_SECONDS, 4 * self._seconds)
        soon = loop.time() + (0 if awaited else gathered)
        if self._timer is None or soon < self._timer.when():
            if self._timer:
                self._timer.cancel()
            self._timer = loop.call_at(soon, self._show)

    def renew_views(self) -> None:
        """Tells the client to ask again for the texts that it got from us, as far as it still shows them."""
        views, self.views = self.views, set()
        for uri in views:
            self._session.server.workspace_text_document_content_refresh(types.TextDocumentContentRefreshParams(uri))

    def _show(self) -> None:
        self._timer = None
        started = perf_counter()
        more_than_typing, self._more_than_typing = self._more_than_typing, False
        try:
            self._show_diagnostics(refresh=more_than_typing)
            if more_than_typing:
                self._renew_lenses()
        except Exception:
            logger.exception("cannot show the findings")
        self._seconds = perf_counter() - started

    def _show_diagnostics(self, *, refresh: bool) -> None:
        """Publishes what differs from what the client has, and tells it to fetch the rest; typing does so anyway."""
        from confiture.lsp.features.diagnostics import diagnostics

        found = diagnostics(self._session)
        to_publish = {uri: each for uri, each in found.items() if not self.is_fetched(uri)}
        for uri in dict.fromkeys((*self._published, *to_publish)):  # what is gone goes before what is new comes
            now = to_publish.get(uri, [])
            if now != self._published.get(uri, []):
                self._session.server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, now))
        if refresh and self.pulls and found != self._known:
            self._session.server.workspace_diagnostic_refresh(None)
        if refresh:
            self._known = found
        self._published = to_publish

    def is_fetched(self, uri: str) -> bool:
        """Whether the client fetches the findings of ``uri``: others are published."""
        return self.pulls and (self.fetches_all or uri in self._session.server.workspace.text_documents)

    def _renew_lenses(self) -> None:
        """Lets the client ask for lenses again: at once if nothing runs, else not too often."""
        loop = asyncio.get_running_loop()
        if self._lenses_timer:
            self._lenses_timer.cancel()
        soon = self._lenses_renewed + _LENSES_SECONDS if self._session.running else loop.time()
        self._lenses_timer = loop.call_at(soon, self._refresh_lenses)

    def _refresh_lenses(self) -> None:
        if self._more_than_typing:
            return  # What is to be shown comes first, and renews them.
        self._lenses_renewed = asyncio.get_running_loop().time()
        if self._session.can("workspace.code_lens.refresh_support"):
            self._session.server.workspace_code_lens_refresh(None)
        if self._session.can("workspace.inlay_hint.refresh_support") and not self._session.can(LENSES):
            self._session.server.workspace_inlay_hint_refresh(None)
