"""What is known of texts while they are typed: without a run, a save or PostgreSQL."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from confiture.model.finding import Finding, Level
from confiture.sql.defects import defects

SYNTAX = "syntax"
"""Code of what no PostgreSQL would read."""


class Live:
    """The defects of the texts that the editor holds.

    Attributes:
        findings: by path, for the text that was read last.
    """

    def __init__(self, text_of: Callable[[Path], str | None], is_ours: Callable[[Path], bool]) -> None:
        """``text_of`` gives what the editor holds; ``is_ours``, called in a thread, tells whose file it is."""
        self.findings: dict[Path, tuple[Finding, ...]] = {}
        self._text_of = text_of
        self._is_ours = is_ours
        self._reading: dict[Path, asyncio.Future[None]] = {}

    async def read(self, path: Path) -> None:
        """Reads the text of ``path`` in a thread, again as long as it changes; who comes later waits for that."""
        task = self._reading.get(path)
        if task is None:
            task = self._reading[path] = asyncio.ensure_future(self._read(path))
            task.add_done_callback(lambda _: self._reading.pop(path, None))
        await asyncio.shield(task)

    async def _read(self, path: Path) -> None:
        read = None
        while (text := self._text_of(path)) is not None and text is not read:
            self.findings[path] = await asyncio.to_thread(self._look, path, text)
            read = text
        if self._text_of(path) is None:
            self.forget(path)

    def forget(self, path: Path) -> None:
        """The editor gave up its text."""
        self.findings.pop(path, None)

    def _look(self, path: Path, text: str) -> tuple[Finding, ...]:
        if not self._is_ours(path):
            return ()
        return tuple(Finding(SYNTAX, Level.ERROR, defect.message, path, defect.span) for defect in defects(text))
