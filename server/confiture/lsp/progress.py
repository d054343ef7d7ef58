"""A work-done progress bar of the client, with a button that cancels the run."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from lsprotocol import types

from confiture.model.event import Progress

if TYPE_CHECKING:
    from pygls.progress import Progress as Client

    from confiture.engine.outcome import Outcome
    from confiture.model.event import Event

logger = logging.getLogger("confiture.lsp")


class ProgressBar:
    """Shows how far a run is.

    Attributes:
        token: the client's name of the bar.
    """

    def __init__(self, client: "Client", title: str) -> None:
        self._client = client
        self.token = f"confiture-{secrets.token_hex(4)}"
        self._ended = False
        self._shown = ""
        self._ready = asyncio.ensure_future(self._begin(f"Confiture: {title}"))

    def show(self, outcome: "Outcome", event: "Event") -> None:
        """Says what the run does now; at most once for each per cent."""
        message = event.message if isinstance(event, Progress) else None
        total = len(outcome.mutants)
        done = len(outcome.judgements)
        percentage = 100 * done // total if total else None
        step = message or str(percentage)
        if message is None and total:
            message = f"{done}/{total} mutants"
        if message and step != self._shown and self._is_ready() and not self._ended:
            self._shown = step
            self._client.report(self.token, types.WorkDoneProgressReport(message=message, percentage=percentage))

    def end(self, outcome: "Outcome | None", *, after: Callable[[], None]) -> None:
        """Takes the bar away, as soon as the client has made it, and then calls ``after``."""
        self._ended = True
        if self._ready.done():
            self._finish(outcome, after)
        else:
            self._ready.add_done_callback(lambda _: self._finish(outcome, after))

    def _is_ready(self) -> bool:
        return self._ready.done() and not self._ready.cancelled() and self._ready.exception() is None

    def _finish(self, outcome: "Outcome | None", after: Callable[[], None]) -> None:
        if self._is_ready():
            score = outcome.score if outcome and outcome.finished else None
            message = "ended" if score is None else f"{score:.0f}% of the mutants were detected"
            self._client.end(self.token, types.WorkDoneProgressEnd(message=message))
        after()

    async def _begin(self, title: str) -> None:
        await self._client.create_async(self.token)  # pyright: ignore[reportUnknownMemberType] - untyped in pygls
        self._client.begin(self.token, types.WorkDoneProgressBegin(title=title, cancellable=True, percentage=0))
