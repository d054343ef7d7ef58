"""The messages of one client, whatever carries them."""

import asyncio
import logging
from threading import Event
from typing import TYPE_CHECKING, cast

from pygls.io_ import run_async
from pygls.lsp.server import LanguageServer

if TYPE_CHECKING:
    from confiture.lsp.protocol import Protocol

logger = logging.getLogger("confiture.lsp")


class Input(asyncio.StreamReader):
    """What came in so far, of which several messages can be here at once."""

    def __init__(self, server: LanguageServer) -> None:
        super().__init__()
        self._protocol = cast("Protocol", server.protocol)

    async def readline(self) -> bytes:
        """The next line of a header, or nothing where input ends, but not while a shutdown is under way."""
        await self._protocol.end()
        return await super().readline()

    async def readexactly(self, n: int) -> bytes:
        """The body of a message, once the handler of the one before it has begun."""
        await asyncio.sleep(0)
        return await super().readexactly(n)


async def converse(server: LanguageServer, messages: Input) -> None:
    """Answers until the client leaves: it says so, or its input ends.

    Raises:
        SystemExit: the client said so; the code tells whether it had announced it, as the protocol wants.
        EOFError: input ended within a message.
        ConnectionError: nobody reads our output any more.
    """
    await run_async(Event(), messages, server.protocol, logger, server.report_server_error)
