"""Tests that are being written: what was proved so far, and whoever waits for it."""

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from confiture.engine.killing.write import Proved, Unproved, Written
    from confiture.lsp.runner import Message


@dataclass(slots=True)
class Writing:
    """One job that writes tests.

    Attributes:
        written: the file and its claims; None until all mutants were tried, and for ever when the job was cancelled.
        done: has no value; it ends with the job.
    """

    proved: "list[Proved]" = field(default_factory=list["Proved"])
    unproved: "list[Unproved]" = field(default_factory=list["Unproved"])
    written: "Written | None" = None
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())

    def take(self, message: "Message") -> None:
        """Adds what the engine found; what the run is doing is no part of it."""
        from confiture.engine.killing.write import Proved, Unproved, Written

        match message:
            case Proved():
                self.proved.append(message)
            case Unproved():
                self.unproved.append(message)
            case Written():
                self.written = message
            case _:
                pass

    def end(self) -> None:
        """The job is over."""
        if not self.done.done():
            self.done.set_result(None)
